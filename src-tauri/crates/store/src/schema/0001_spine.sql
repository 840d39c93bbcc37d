-- The spine: cases to verdicts, with an append-only record of who did what.
--
-- Ids are the 16 bytes of a UUIDv7. `seq` counts insertions from 1 and is the
-- order of lists and the key of paging. Times are milliseconds since 1970 and
-- are for people: no rule depends on them. Documents (answers, texts,
-- configurations) are JSON.

CREATE TABLE project (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    id      BLOB    NOT NULL CHECK (length(id) = 16),
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    -- Random: keys the names under which an adjudicator sees raters.
    veil    BLOB    NOT NULL CHECK (length(veil) = 32)
) STRICT;

-- One row per user write: what, who, in which role, where, when.
CREATE TABLE operations (
    seq    INTEGER PRIMARY KEY,
    name   TEXT    NOT NULL,
    actor  BLOB    NOT NULL CHECK (length(actor) = 16),
    role   TEXT    NOT NULL,
    device BLOB    NOT NULL CHECK (length(device) = 16),
    at     INTEGER NOT NULL,
    detail TEXT,
    -- Seat of the hash chain over this table.
    chain  BLOB
) STRICT;

CREATE TABLE raters (
    seq        INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    name       TEXT    NOT NULL UNIQUE,
    profession TEXT    NOT NULL,
    role       TEXT    NOT NULL CHECK (role IN ('rater', 'adjudicator', 'lead')),
    operation  INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;

-- Published versions; a change makes the next one.
CREATE TABLE rubrics (
    seq       INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1),
    hash      TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq),
    UNIQUE (id, version)
) STRICT;

CREATE TABLE cases (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    key       TEXT    NOT NULL UNIQUE,
    lang      TEXT    NOT NULL CHECK (lang IN ('ja', 'en')),
    hash      TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    -- The beginning of the text, so that lists never read whole texts.
    excerpt   TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;
CREATE INDEX cases_by_hash ON cases (hash);

CREATE TABLE prompts (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    case_id   BLOB    NOT NULL REFERENCES cases (id),
    template  TEXT,
    hash      TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;
CREATE UNIQUE INDEX prompts_by_content ON prompts (case_id, hash, ifnull(template, ''));

CREATE TABLE outputs (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    key       TEXT    NOT NULL UNIQUE,
    case_id   BLOB    NOT NULL REFERENCES cases (id),
    prompt_id BLOB    NOT NULL REFERENCES prompts (id),
    sample    INTEGER NOT NULL,
    hash      TEXT    NOT NULL,
    excerpt   TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    -- List items by criterion, frozen before anyone rates.
    items     TEXT    NOT NULL,
    -- Model, adapter, sampling, seed: never given to a rater.
    origin    TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;
CREATE INDEX outputs_by_case ON outputs (case_id);

-- What happened to ratings, for ever. `seq` is the order that counts.
CREATE TABLE rating_events (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    device          BLOB    NOT NULL CHECK (length(device) = 16),
    -- The sequence the event had where it was made; equals seq when made here.
    device_sequence INTEGER NOT NULL,
    rater           BLOB    NOT NULL REFERENCES raters (id),
    output          BLOB    NOT NULL REFERENCES outputs (id),
    rubric          TEXT    NOT NULL,
    rubric_version  INTEGER NOT NULL,
    op              TEXT    NOT NULL CHECK (op IN ('set', 'replace', 'lock', 'unlock', 'undo')),
    -- The whole operation as JSON, answers included.
    body            TEXT    NOT NULL,
    parent          BLOB,
    at              INTEGER NOT NULL,
    operation       INTEGER NOT NULL REFERENCES operations (seq),
    -- Seat of the audit chain over this table.
    chain           BLOB,
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX rating_events_of_rating
    ON rating_events (output, rubric, rubric_version, rater, seq);
CREATE INDEX rating_events_of_rater ON rating_events (rater, seq);

-- What the events add up to: derived, kept in step by the store, and at any
-- time equal to the fold of the events.
CREATE TABLE ratings (
    seq            INTEGER PRIMARY KEY,
    rater          BLOB    NOT NULL REFERENCES raters (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    answers        TEXT    NOT NULL,
    locked         INTEGER NOT NULL CHECK (locked IN (0, 1)),
    last_event     INTEGER NOT NULL REFERENCES rating_events (seq),
    UNIQUE (output, rubric, rubric_version, rater)
) STRICT;
CREATE INDEX ratings_of_rater ON ratings (rater, output);
CREATE INDEX ratings_of_rubric ON ratings (rubric, rubric_version, seq);

-- Who is to rate what, in the order in which it is shown to that rater.
CREATE TABLE assignments (
    seq            INTEGER PRIMARY KEY,
    rater          BLOB    NOT NULL REFERENCES raters (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    -- Follows the rating, by the triggers below.
    state          TEXT    NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'draft', 'done')),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    UNIQUE (rater, rubric, rubric_version, output),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX assignments_in_order ON assignments (rater, rubric, rubric_version, seq);
CREATE INDEX assignments_by_state ON assignments (rater, rubric, rubric_version, state, seq);
CREATE INDEX assignments_left ON assignments (rater, rubric, rubric_version, seq)
    WHERE state <> 'done';
CREATE INDEX assignments_of_output ON assignments (rater, output);

CREATE TRIGGER assignments_begun AFTER INSERT ON ratings
BEGIN
    UPDATE assignments SET state = iif(NEW.locked, 'done', 'draft')
    WHERE rater = NEW.rater AND rubric = NEW.rubric AND rubric_version = NEW.rubric_version
        AND output = NEW.output;
END;
CREATE TRIGGER assignments_moved AFTER UPDATE OF locked ON ratings WHEN NEW.locked <> OLD.locked
BEGIN
    UPDATE assignments SET state = iif(NEW.locked, 'done', 'draft')
    WHERE rater = NEW.rater AND rubric = NEW.rubric AND rubric_version = NEW.rubric_version
        AND output = NEW.output;
END;
CREATE TRIGGER assignments_made AFTER INSERT ON assignments
BEGIN
    UPDATE assignments SET state = coalesce((
        SELECT iif(r.locked, 'done', 'draft') FROM ratings AS r
        WHERE r.output = NEW.output AND r.rubric = NEW.rubric
            AND r.rubric_version = NEW.rubric_version AND r.rater = NEW.rater
    ), 'todo')
    WHERE seq = NEW.seq;
END;

-- The last row of an output and rubric counts; `answers` is null where gold
-- was withdrawn.
CREATE TABLE golds (
    seq            INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    answers        TEXT,
    provenance     TEXT    NOT NULL CHECK (provenance IN ('unanimous', 'majority', 'adjudicated')),
    raters         TEXT    NOT NULL,
    decided_by     BLOB    REFERENCES raters (id),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX golds_of_output ON golds (output, rubric, rubric_version, seq);

CREATE TABLE runs (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    kind      TEXT    NOT NULL CHECK (kind IN ('train', 'judge')),
    name      TEXT    NOT NULL,
    config    TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    started   INTEGER NOT NULL,
    ended     INTEGER,
    passport  TEXT,
    passport_hash TEXT,
    artefacts TEXT    NOT NULL,
    figures   TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq),
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE verdicts (
    seq            INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    run            BLOB    NOT NULL REFERENCES runs (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
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
    UNIQUE (run, output, sample)
) STRICT;
CREATE INDEX verdicts_of_output ON verdicts (output);

-- Small things a project remembers, by name.
CREATE TABLE settings (
    key       TEXT    PRIMARY KEY,
    value     TEXT    NOT NULL,
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT, WITHOUT ROWID;

-- The gold that counts.
CREATE VIEW current_golds AS
    SELECT g.* FROM golds AS g
    WHERE g.answers IS NOT NULL AND g.seq = (
        SELECT max(l.seq) FROM golds AS l
        WHERE l.output = g.output AND l.rubric = g.rubric AND l.rubric_version = g.rubric_version
    );

-- Append-only, whatever a program asks for.
CREATE TRIGGER operations_stay BEFORE UPDATE ON operations
BEGIN SELECT raise(ABORT, 'append-only: operations'); END;
CREATE TRIGGER operations_remain BEFORE DELETE ON operations
BEGIN SELECT raise(ABORT, 'append-only: operations'); END;
CREATE TRIGGER rating_events_stay BEFORE UPDATE ON rating_events
BEGIN SELECT raise(ABORT, 'append-only: rating_events'); END;
CREATE TRIGGER rating_events_remain BEFORE DELETE ON rating_events
BEGIN SELECT raise(ABORT, 'append-only: rating_events'); END;
CREATE TRIGGER golds_stay BEFORE UPDATE ON golds
BEGIN SELECT raise(ABORT, 'append-only: golds'); END;
CREATE TRIGGER golds_remain BEFORE DELETE ON golds
BEGIN SELECT raise(ABORT, 'append-only: golds'); END;
CREATE TRIGGER rubrics_stay BEFORE UPDATE ON rubrics
BEGIN SELECT raise(ABORT, 'append-only: rubrics'); END;
CREATE TRIGGER rubrics_remain BEFORE DELETE ON rubrics
BEGIN SELECT raise(ABORT, 'append-only: rubrics'); END;
CREATE TRIGGER verdicts_stay BEFORE UPDATE ON verdicts
BEGIN SELECT raise(ABORT, 'append-only: verdicts'); END;
CREATE TRIGGER verdicts_remain BEFORE DELETE ON verdicts
BEGIN SELECT raise(ABORT, 'append-only: verdicts'); END;
