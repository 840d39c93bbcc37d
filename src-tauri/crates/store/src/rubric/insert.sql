INSERT INTO rubrics (id, version, hash, title, body, operation) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
