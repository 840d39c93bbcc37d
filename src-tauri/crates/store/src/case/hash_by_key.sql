SELECT hash, lang FROM cases WHERE key = ?1
