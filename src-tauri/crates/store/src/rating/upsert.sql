INSERT INTO ratings
    (rater, output, rubric, rubric_version, answers, locked, skipped, flag, last_event)
VALUES (:rater, :output, :rubric, :version, :answers, :locked, :skipped, :flag, :last)
ON CONFLICT (output, rubric, rubric_version, rater)
DO UPDATE SET answers = excluded.answers, locked = excluded.locked, skipped = excluded.skipped,
    flag = excluded.flag, last_event = excluded.last_event
