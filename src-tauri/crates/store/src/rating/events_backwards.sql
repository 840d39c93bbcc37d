SELECT seq, id, device, rater, output, rubric, rubric_version, body, parent, at, active_ms
FROM rating_events WHERE rater = ?1 ORDER BY seq DESC
