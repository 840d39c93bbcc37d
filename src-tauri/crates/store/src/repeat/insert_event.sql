INSERT INTO repeat_events (id, device, repeat, rater, body, at, active_ms, operation)
VALUES (:id, :device, :repeat, :rater, :body, :at, :active_ms, :operation)
