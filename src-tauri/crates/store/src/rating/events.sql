SELECT e.seq, e.id, e.device, e.rater, e.output, e.rubric, e.rubric_version, e.body, e.parent, e.at,
    e.active_ms
FROM rating_events AS e
WHERE e.output = :output AND e.rubric = :rubric AND e.rubric_version = :version
    AND (:role = 'lead' OR (e.rater = :me AND NOT EXISTS (
        SELECT 1 FROM repeats AS p INDEXED BY repeats_open
        WHERE p.rater = :me AND p.output = e.output AND p.state = 'open'
    )))
ORDER BY e.seq
