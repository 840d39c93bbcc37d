SELECT id, kind, name, config, state, started, ended, passport, passport_hash, artefacts, figures
FROM runs WHERE id = ?1
