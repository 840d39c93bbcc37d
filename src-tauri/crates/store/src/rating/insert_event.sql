-- The table is append-only, so the next number is the greatest and one.
INSERT INTO rating_events
    (seq, id, device, device_sequence, rater, output, rubric, rubric_version, op, body, parent,
     at, active_ms, operation)
SELECT n.seq, ?1, ?2, ifnull(?3, n.seq), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
FROM (SELECT ifnull(max(seq), 0) + 1 AS seq FROM rating_events) AS n
