INSERT INTO runs
    (id, kind, name, config, state, started, ended, passport, passport_hash, artefacts, figures,
     operation)
VALUES (:id, :kind, :name, :config, :state, :started, :ended, :passport, :passport_hash,
    :artefacts, :figures, :operation)
