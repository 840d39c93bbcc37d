SELECT a.seq, a.output, r.locked
FROM assignments AS a
LEFT JOIN ratings AS r
    ON r.output = a.output AND r.rubric = a.rubric AND r.rubric_version = a.rubric_version
    AND r.rater = a.rater
WHERE a.rater = :me AND a.rubric = :rubric AND a.rubric_version = :version AND a.seq > :after
    AND (:state IS NULL OR :state = CASE r.locked
        WHEN 1 THEN 'done' WHEN 0 THEN 'draft' ELSE 'todo' END)
ORDER BY a.seq LIMIT :limit
