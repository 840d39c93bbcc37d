SELECT o.seq, o.id, o.key, o.case_id, c.key AS case_key, o.sample, o.excerpt
FROM outputs AS o JOIN cases AS c ON c.id = o.case_id
WHERE o.case_id = :case AND o.seq > :after ORDER BY o.seq LIMIT :limit
