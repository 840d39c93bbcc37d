SELECT a.rater, count(*) AS assigned,
    count(CASE r.locked WHEN 0 THEN 1 END) AS draft,
    count(CASE r.locked WHEN 1 THEN 1 END) AS done
FROM assignments AS a
LEFT JOIN ratings AS r
    ON r.output = a.output AND r.rubric = a.rubric AND r.rubric_version = a.rubric_version
    AND r.rater = a.rater
WHERE a.rubric = :rubric AND a.rubric_version = :version AND (:me IS NULL OR a.rater = :me)
GROUP BY a.rater ORDER BY a.rater
