SELECT e.seq, e.id, e.device, e.rater, e.output, e.rubric, e.rubric_version, e.body, e.parent,
    e.at, e.active_ms
FROM ratings AS r JOIN rating_events AS e ON e.seq = r.last_event
WHERE r.rubric = :rubric AND r.rubric_version = :version AND r.carried <> '{}'
ORDER BY e.seq
