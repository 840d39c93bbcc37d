INSERT INTO ratings (rater, output, rubric, rubric_version, answers, locked, skipped, flag, carried,
    evidence, last_event)
VALUES (:rater, :output, :rubric, :version, :answers, :locked, :skipped, :flag, :carried,
    :evidence, :last)
ON CONFLICT (output, rubric, rubric_version, rater)
DO UPDATE SET answers = excluded.answers, locked = excluded.locked, skipped = excluded.skipped,
    flag = excluded.flag, carried = excluded.carried, evidence = excluded.evidence,
    last_event = excluded.last_event
