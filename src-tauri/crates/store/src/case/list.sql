SELECT c.seq, c.id, c.key, c.lang, c.title, c.excerpt,
    (SELECT count(*) FROM outputs AS o WHERE o.case_id = c.id) AS outputs
FROM cases AS c WHERE c.seq > :after ORDER BY c.seq LIMIT :limit
