SELECT e.seq, e.id, e.device, e.rater, p.output, p.rubric, p.rubric_version, e.body,
    NULL AS parent, e.at, e.active_ms, e.operation, e.repeat
FROM repeat_events AS e JOIN repeats AS p ON p.id = e.repeat
WHERE e.rater = :me AND p.state <> 'withdrawn' ORDER BY e.seq DESC
