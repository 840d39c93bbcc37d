SELECT 1 FROM rubrics WHERE id = ?1 AND version = ?2
