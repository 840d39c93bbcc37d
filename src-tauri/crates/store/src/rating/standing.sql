SELECT r.answers, r.locked, r.skipped, r.flag, r.carried, r.evidence, e.id AS last
FROM ratings AS r JOIN rating_events AS e ON e.seq = r.last_event
WHERE r.output = :output AND r.rubric = :rubric AND r.rubric_version = :version
    AND r.rater = :rater
