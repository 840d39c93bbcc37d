INSERT INTO operations (name, actor, role, device, at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
