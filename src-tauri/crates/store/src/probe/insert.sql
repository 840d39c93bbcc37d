INSERT INTO probes
    (id, kind, name, config, state, started, ended, passport, passport_hash, figures, operation)
VALUES (:id, :kind, :name, :config, :state, :started, :ended, :passport, :passport_hash, :figures,
    :operation)
