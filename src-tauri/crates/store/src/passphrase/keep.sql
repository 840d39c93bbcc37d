INSERT INTO passphrases (rater, memory_kib, passes, salt, hash, once, operation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (rater) DO UPDATE SET memory_kib = excluded.memory_kib, passes = excluded.passes,
    salt = excluded.salt, hash = excluded.hash, once = excluded.once, misses = 0, missed = NULL,
    operation = excluded.operation
