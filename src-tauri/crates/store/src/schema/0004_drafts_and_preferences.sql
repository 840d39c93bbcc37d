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
