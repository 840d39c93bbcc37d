SELECT seq, id, device, rater, output, rubric, rubric_version, body, parent, at, active_ms
FROM rating_events ORDER BY output, rubric, rubric_version, rater, seq
