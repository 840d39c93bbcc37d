INSERT INTO project (one, id, name, created, veil) VALUES (1, ?1, ?2, ?3, ?4)
