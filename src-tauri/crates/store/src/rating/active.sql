SELECT sum(e.active_ms) AS active
FROM rating_events AS e INDEXED BY rating_events_of_rater
JOIN assignments AS a ON a.rater = e.rater AND a.output = e.output AND a.rubric = e.rubric
    AND a.rubric_version = e.rubric_version
WHERE e.rater = :me AND e.rubric = :rubric AND e.rubric_version = :version AND a.state = 'done'
GROUP BY e.output HAVING sum(e.active_ms) > 0
ORDER BY active
