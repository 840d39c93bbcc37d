SELECT seq, id, device, rater, output, rubric, rubric_version, body, parent, at, active_ms
FROM rating_events
WHERE output = :output AND rubric = :rubric AND rubric_version = :version
    AND (:role = 'lead' OR rater = :me)
ORDER BY seq
