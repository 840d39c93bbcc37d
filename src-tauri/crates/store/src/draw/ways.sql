-- Ended ratings by the way in which their output was last drawn; null where it was not.
SELECT way, count(*) AS n FROM (
    SELECT (
        SELECT d.way FROM draws AS d INDEXED BY draws_of_rating
        WHERE d.rater = r.rater AND d.output = r.output AND d.rubric = r.rubric
            AND d.rubric_version = r.rubric_version
        ORDER BY d.seq DESC LIMIT 1
    ) AS way
    FROM ratings AS r
    WHERE r.rubric = :rubric AND r.rubric_version = :version AND r.locked = 1
        AND (:role = 'lead' OR r.rater = :me)
) GROUP BY way ORDER BY way
