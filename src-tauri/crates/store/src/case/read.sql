SELECT id, key, lang, body FROM cases WHERE id = ?1
