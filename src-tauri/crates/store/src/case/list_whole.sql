SELECT seq, id, key, lang, body FROM cases WHERE seq > :after ORDER BY seq LIMIT :limit
