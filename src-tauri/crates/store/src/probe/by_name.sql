SELECT seq, id, kind, name, config, state, started, ended, passport, passport_hash, figures
FROM probes WHERE name = ?1
