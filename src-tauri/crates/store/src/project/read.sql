SELECT id, name, created, veil FROM project WHERE one = 1
