SELECT 1 FROM outputs WHERE id = ?1
