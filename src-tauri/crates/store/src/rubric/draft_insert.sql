INSERT INTO rubric_drafts (id, base, base_version, operation) VALUES (?1, ?2, ?3, ?4)
