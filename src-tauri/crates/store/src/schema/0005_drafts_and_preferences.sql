-- Criteria whose answer was carried over from another version of the rubric, and
-- from which: follows the events, as the answers do. (In rating_events.op a carry
-- is 'replace': the body says what it is.)
ALTER TABLE ratings ADD COLUMN carried TEXT NOT NULL DEFAULT '{}';

-- Rubrics that are being written. Not history: gone when published or dropped.
CREATE TABLE rubric_drafts (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    -- The published version that it changes; null for a new rubric.
    base         TEXT,
    base_version INTEGER,
    operation    INTEGER NOT NULL REFERENCES operations (seq),
    CHECK ((base IS NULL) = (base_version IS NULL)),
    FOREIGN KEY (base, base_version) REFERENCES rubrics (id, version)
) STRICT;

-- Every state of a draft, so that undo outlives a crash: the last one that is not
-- undone counts, those undone after it can be had again.
CREATE TABLE rubric_draft_states (
    seq       INTEGER PRIMARY KEY,
    draft     BLOB    NOT NULL REFERENCES rubric_drafts (id),
    body      TEXT    NOT NULL,
    undone    INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
    operation INTEGER NOT NULL REFERENCES operations (seq)
) STRICT;
CREATE INDEX rubric_draft_states_of_draft ON rubric_draft_states (draft, seq);

-- Two outputs for one person to compare, in the order in which they come to that
-- person: `a` is shown on the left.
CREATE TABLE pairs (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    rater     BLOB    NOT NULL REFERENCES raters (id),
    a         BLOB    NOT NULL REFERENCES outputs (id),
    b         BLOB    NOT NULL REFERENCES outputs (id),
    operation INTEGER NOT NULL REFERENCES operations (seq),
    CHECK (a <> b)
) STRICT;
CREATE UNIQUE INDEX pairs_once ON pairs (rater, min(a, b), max(a, b));
CREATE INDEX pairs_in_order ON pairs (rater, seq);

-- What was said of a pair, for ever; the last one counts.
CREATE TABLE preference_events (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    device    BLOB    NOT NULL CHECK (length(device) = 16),
    pair      BLOB    NOT NULL REFERENCES pairs (id),
    -- Null while it is open.
    choice    TEXT    CHECK (choice IN ('a', 'b', 'tie', 'cannot_judge')),
    reason    TEXT    NOT NULL,
    undoes    BLOB,
    at        INTEGER NOT NULL,
    active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
    operation INTEGER NOT NULL REFERENCES operations (seq),
    -- Seat of the audit chain over this table.
    chain     BLOB
) STRICT;
CREATE INDEX preference_events_of_pair ON preference_events (pair, seq);
CREATE TRIGGER preference_events_stay BEFORE UPDATE ON preference_events
BEGIN SELECT raise(ABORT, 'append-only: preference_events'); END;
CREATE TRIGGER preference_events_remain BEFORE DELETE ON preference_events
BEGIN SELECT raise(ABORT, 'append-only: preference_events'); END;
