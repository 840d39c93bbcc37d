SELECT id, name, profession, role FROM raters ORDER BY seq
