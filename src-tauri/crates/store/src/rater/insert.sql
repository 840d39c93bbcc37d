INSERT INTO raters (id, name, profession, role, operation) VALUES (?1, ?2, ?3, ?4, ?5)
