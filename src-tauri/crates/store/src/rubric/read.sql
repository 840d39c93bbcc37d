SELECT body FROM rubrics WHERE id = ?1 AND version = ?2
