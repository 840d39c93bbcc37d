SELECT 1 FROM raters WHERE id = ?1
