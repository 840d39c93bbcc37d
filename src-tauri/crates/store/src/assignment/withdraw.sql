UPDATE assignment_plans SET withdrawn = ?2 WHERE id = ?1
