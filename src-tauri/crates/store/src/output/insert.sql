INSERT INTO outputs
    (id, key, case_id, prompt_id, sample, hash, excerpt, body, items, origin, operation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
