INSERT INTO cases (id, key, lang, hash, title, excerpt, body, operation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
