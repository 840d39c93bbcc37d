SELECT seq, id, kind, name, state, started, ended FROM runs
WHERE :role = 'lead' AND seq > :after AND (:kind IS NULL OR kind = :kind)
ORDER BY seq LIMIT :limit
