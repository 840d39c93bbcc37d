SELECT id, key, lang, body FROM cases WHERE key = ?1
