SELECT seq, id, device, rater, output, rubric, rubric_version, body, parent, at
FROM rating_events WHERE id = ?1
