SELECT a.seq, a.output, r.locked
FROM assignments AS a
LEFT JOIN ratings AS r
    ON r.output = a.output AND r.rubric = a.rubric AND r.rubric_version = a.rubric_version
    AND r.rater = a.rater
WHERE a.rater = :me AND a.rubric = :rubric AND a.rubric_version = :version AND a.seq > :after
    AND ifnull(r.locked, 0) = 0
ORDER BY a.seq LIMIT 1
