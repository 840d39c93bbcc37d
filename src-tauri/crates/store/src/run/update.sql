UPDATE runs SET state = :state, ended = :ended, passport = :passport,
    passport_hash = :passport_hash, artefacts = :artefacts, figures = :figures
WHERE id = :id
