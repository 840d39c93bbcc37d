INSERT INTO ratings (rater, output, rubric, rubric_version, answers, locked, last_event)
VALUES (:rater, :output, :rubric, :version, :answers, :locked, :last)
ON CONFLICT (output, rubric, rubric_version, rater)
DO UPDATE SET answers = excluded.answers, locked = excluded.locked,
    last_event = excluded.last_event
