INSERT INTO assignment_plans (id, rubric, rubric_version, body, operation) VALUES (?1, ?2, ?3, ?4, ?5)
