SELECT body FROM rubrics WHERE id = ?1 ORDER BY version DESC LIMIT 1
