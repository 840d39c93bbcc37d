SELECT id, rater, output, rubric, rubric_version, second IS NOT NULL AS begun,
    state = 'done' AS locked, skipped, flagged
FROM repeats
WHERE id = :id AND rater = :me AND state <> 'withdrawn'
