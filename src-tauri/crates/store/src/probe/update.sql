UPDATE probes SET state = :state, ended = :ended, passport = :passport,
    passport_hash = :passport_hash, figures = :figures
WHERE id = :id
