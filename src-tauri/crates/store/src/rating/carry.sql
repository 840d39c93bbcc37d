SELECT r.seq, r.rater, r.output, r.answers, r.evidence, r.locked, e.id AS last
FROM ratings AS r JOIN rating_events AS e ON e.seq = r.last_event
WHERE r.rubric = :rubric AND r.rubric_version = :version AND r.seq > :after
ORDER BY r.seq LIMIT :limit
