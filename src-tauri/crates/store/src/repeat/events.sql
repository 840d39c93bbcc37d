SELECT e.seq, e.id, e.device, e.rater, p.output, p.rubric, p.rubric_version, e.body,
    NULL AS parent, e.at, e.active_ms
FROM repeat_events AS e JOIN repeats AS p ON p.id = e.repeat
WHERE e.repeat = :id ORDER BY e.seq
