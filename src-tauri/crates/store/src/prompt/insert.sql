INSERT INTO prompts (id, case_id, template, hash, body, operation) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
