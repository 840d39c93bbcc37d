INSERT INTO preference_events (id, device, pair, choice, reason, undoes, at, active_ms, operation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
