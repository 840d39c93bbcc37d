SELECT id, name, profession, role FROM raters WHERE name = ?1
