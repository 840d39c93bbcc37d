SELECT e.rater, sum(e.active_ms) AS active
FROM rating_events AS e JOIN ratings AS r ON r.output = e.output AND r.rubric = e.rubric
    AND r.rubric_version = e.rubric_version AND r.rater = e.rater
WHERE e.rubric = :rubric AND e.rubric_version = :version AND r.locked = 1
GROUP BY e.rater, e.output HAVING sum(e.active_ms) > 0
ORDER BY active
