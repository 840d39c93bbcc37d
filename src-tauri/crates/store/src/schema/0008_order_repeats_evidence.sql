-- The passages that a rating's answers rest on: follow the events, as the answers do.
-- (In rating_events.op a citation is 'set': the body says what it is.)
ALTER TABLE ratings ADD COLUMN evidence TEXT NOT NULL DEFAULT '{}';

-- What holds for everyone's queue of a rubric version; the last row counts.
CREATE TABLE queue_rules (
    seq            INTEGER PRIMARY KEY,
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    way            TEXT    NOT NULL CHECK (way IN ('random', 'disagreement', 'uncertainty')),
    -- The judging whose verdicts tell how sure the judge is.
    run            BLOB    REFERENCES runs (id),
    raters_choose  INTEGER NOT NULL CHECK (raters_choose IN (0, 1)),
    -- Share of a rater's outputs that come a second time, after so many others and days.
    again_share    REAL    NOT NULL CHECK (again_share BETWEEN 0 AND 0.5),
    again_items    INTEGER NOT NULL CHECK (again_items >= 1),
    again_days     INTEGER NOT NULL CHECK (again_days >= 0),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX queue_rules_of_rubric ON queue_rules (rubric, rubric_version, seq);

-- What a rater has chosen where the rule lets raters choose; the last row counts.
CREATE TABLE queue_wishes (
    seq            INTEGER PRIMARY KEY,
    rater          BLOB    NOT NULL REFERENCES raters (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    way            TEXT    NOT NULL CHECK (way IN ('random', 'disagreement', 'uncertainty')),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX queue_wishes_of_rater ON queue_wishes (rater, rubric, rubric_version, seq);

-- Which output came next for whom, and how likely that was, for ever.
CREATE TABLE draws (
    seq            INTEGER PRIMARY KEY,
    rater          BLOB    NOT NULL REFERENCES raters (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    way            TEXT    NOT NULL CHECK (way IN ('random', 'disagreement', 'uncertainty')),
    probability    REAL    NOT NULL CHECK (probability > 0 AND probability <= 1),
    -- How many were left to draw from, this one among them.
    among          INTEGER NOT NULL CHECK (among >= 1),
    -- What else it takes to follow the draw, as JSON.
    recipe         TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    -- Seat of the audit chain over this table.
    chain          BLOB,
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX draws_of_rater ON draws (rater, rubric, rubric_version, seq);
CREATE INDEX draws_of_rating ON draws (rater, output, rubric, rubric_version, seq);
CREATE TRIGGER draws_stay BEFORE UPDATE ON draws
BEGIN SELECT raise(ABORT, 'append-only: draws'); END;
CREATE TRIGGER draws_remain BEFORE DELETE ON draws
BEGIN SELECT raise(ABORT, 'append-only: draws'); END;

-- What is left to draw from, by place, without touching the table.
CREATE INDEX assignments_to_draw ON assignments (rater, rubric, rubric_version, skipped, seq)
    WHERE state <> 'done';

-- An output that comes to its rater a second time. What is said of it then is kept here,
-- apart from ratings: nothing that counts ratings can count it.
CREATE TABLE repeats (
    seq            INTEGER PRIMARY KEY,
    -- The id under which it comes; it names no output.
    id             BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    rater          BLOB    NOT NULL REFERENCES raters (id),
    output         BLOB    NOT NULL REFERENCES outputs (id),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    -- The answers as they stood when it was drawn.
    first          TEXT    NOT NULL,
    -- 'withdrawn': its rater has seen the first answers before the second were ended.
    state          TEXT    NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
    -- What its events add up to, kept in step by the store: a rating as JSON, or null.
    second         TEXT,
    skipped        INTEGER NOT NULL DEFAULT 0 CHECK (skipped IN (0, 1)),
    flagged        INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE UNIQUE INDEX repeats_once ON repeats (rater, output, rubric, rubric_version)
    WHERE state <> 'withdrawn';
CREATE INDEX repeats_of_rater ON repeats (rater, rubric, rubric_version, seq);
CREATE INDEX repeats_open ON repeats (rater, output) WHERE state = 'open';

-- What happened to second ratings, for ever.
CREATE TABLE repeat_events (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    device    BLOB    NOT NULL CHECK (length(device) = 16),
    repeat    BLOB    NOT NULL REFERENCES repeats (id),
    rater     BLOB    NOT NULL REFERENCES raters (id),
    -- The whole operation as JSON, answers included.
    body      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    active_ms INTEGER NOT NULL CHECK (active_ms >= 0),
    operation INTEGER NOT NULL REFERENCES operations (seq),
    -- Seat of the audit chain over this table.
    chain     BLOB
) STRICT;
CREATE INDEX repeat_events_of_repeat ON repeat_events (repeat, seq);
CREATE INDEX repeat_events_of_rater ON repeat_events (rater, seq);
CREATE TRIGGER repeat_events_stay BEFORE UPDATE ON repeat_events
BEGIN SELECT raise(ABORT, 'append-only: repeat_events'); END;
CREATE TRIGGER repeat_events_remain BEFORE DELETE ON repeat_events
BEGIN SELECT raise(ABORT, 'append-only: repeat_events'); END;
