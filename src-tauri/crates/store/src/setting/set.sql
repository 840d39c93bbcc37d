INSERT INTO settings (key, value, operation) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, operation = excluded.operation
