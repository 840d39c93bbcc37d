SELECT rater, count(*) AS assigned,
    count(CASE state WHEN 'draft' THEN 1 END) AS draft,
    count(CASE state WHEN 'done' THEN 1 END) AS done
FROM assignments
WHERE rubric = :rubric AND rubric_version = :version AND (:me IS NULL OR rater = :me)
GROUP BY rater ORDER BY rater
