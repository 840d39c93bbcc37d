SELECT id, rater, output, rubric, rubric_version, second IS NOT NULL AS begun,
    state = 'done' AS locked, skipped, flagged
FROM repeats
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND state = 'open'
ORDER BY seq
