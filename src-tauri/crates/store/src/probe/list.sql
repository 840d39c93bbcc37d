SELECT seq, id, kind, name, config, state, started, ended, passport, passport_hash, figures
FROM probes WHERE :role = 'lead' AND seq > :after ORDER BY seq LIMIT :limit
