SELECT seq, name, actor, role, device, at, detail
FROM operations WHERE seq > :after ORDER BY seq LIMIT :limit
