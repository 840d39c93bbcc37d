-- Probes: the same outputs judged twice, once changed in a way that should not
-- matter. They have tables of their own, so that none of their verdicts can enter
-- a figure of a judge.
CREATE TABLE probes (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    kind      TEXT    NOT NULL CHECK (kind IN ('order', 'verbosity')),
    name      TEXT    NOT NULL UNIQUE,
    config    TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    started   INTEGER NOT NULL,
    ended     INTEGER,
    passport  TEXT,
    passport_hash TEXT,
    figures   TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;

CREATE TABLE probe_verdicts (
    seq            INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    probe          BLOB    NOT NULL REFERENCES probes (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    arm            TEXT    NOT NULL CHECK (arm IN ('plain', 'changed')),
    sample         INTEGER NOT NULL,
    -- The 64 bits of an unsigned seed.
    seed           INTEGER NOT NULL,
    answers        TEXT    NOT NULL,
    body           TEXT    NOT NULL,
    prompt_tokens  INTEGER NOT NULL,
    verdict_tokens INTEGER NOT NULL,
    millis         INTEGER NOT NULL,
    mass           REAL    NOT NULL,
    levels         TEXT    NOT NULL,
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    UNIQUE (probe, output, arm, sample)
) STRICT;

-- Append-only, whatever a program asks for.
CREATE TRIGGER probe_verdicts_stay BEFORE UPDATE ON probe_verdicts
BEGIN SELECT raise(ABORT, 'append-only: probe_verdicts'); END;
CREATE TRIGGER probe_verdicts_remain BEFORE DELETE ON probe_verdicts
BEGIN SELECT raise(ABORT, 'append-only: probe_verdicts'); END;
