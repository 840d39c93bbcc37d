SELECT seq, id, device, rater, output, rubric, rubric_version, body, parent, at
FROM rating_events ORDER BY output, rubric, rubric_version, rater, seq
