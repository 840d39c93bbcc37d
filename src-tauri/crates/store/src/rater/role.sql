SELECT role FROM raters WHERE id = ?1
