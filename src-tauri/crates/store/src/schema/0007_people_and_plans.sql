-- A person's own passphrase for signing in: what Argon2id made of it, never the
-- words. No row: that person has none. It guards names inside an open project; what
-- guards the database itself is the project's passphrase.
CREATE TABLE passphrases (
    rater      BLOB    PRIMARY KEY REFERENCES raters (id),
    memory_kib INTEGER NOT NULL CHECK (memory_kib > 0),
    passes     INTEGER NOT NULL CHECK (passes > 0),
    salt       BLOB    NOT NULL CHECK (length(salt) = 16),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    -- Handed out by a lead: good for choosing one's own, and for nothing else.
    once       INTEGER NOT NULL CHECK (once IN (0, 1)),
    -- Wrong ones since the last right one, and when the last of them was.
    misses     INTEGER NOT NULL DEFAULT 0 CHECK (misses >= 0),
    missed     INTEGER,
    operation  INTEGER NOT NULL REFERENCES operations (seq)
) STRICT, WITHOUT ROWID;

-- Who is to rate what and why, as a lead decided it. A plan is never changed: the
-- last one that is not withdrawn counts.
CREATE TABLE assignment_plans (
    seq            INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    rubric         TEXT    NOT NULL,
    rubric_version INTEGER NOT NULL,
    -- What was asked for, and the seed it was drawn with.
    body           TEXT    NOT NULL,
    withdrawn      INTEGER REFERENCES operations (seq),
    operation      INTEGER NOT NULL REFERENCES operations (seq),
    FOREIGN KEY (rubric, rubric_version) REFERENCES rubrics (id, version)
) STRICT;
CREATE INDEX assignment_plans_of_rubric ON assignment_plans (rubric, rubric_version, seq);

CREATE TABLE assignment_plan_items (
    seq         INTEGER PRIMARY KEY,
    plan        BLOB    NOT NULL REFERENCES assignment_plans (id),
    rater       BLOB    NOT NULL REFERENCES raters (id),
    output      BLOB    NOT NULL REFERENCES outputs (id),
    part        TEXT    NOT NULL
        CHECK (part IN ('calibration', 'base', 'overlap', 'audit', 'kept')),
    -- How likely the output was to be drawn for this part; null for what was begun
    -- before the plan and is kept beside it.
    probability REAL    CHECK (probability > 0 AND probability <= 1),
    CHECK ((probability IS NULL) = (part = 'kept')),
    UNIQUE (plan, rater, output)
) STRICT;
CREATE INDEX assignment_plan_items_in_order ON assignment_plan_items (plan, seq);
CREATE TRIGGER assignment_plan_items_stay BEFORE UPDATE ON assignment_plan_items
BEGIN SELECT raise(ABORT, 'append-only: assignment_plan_items'); END;
CREATE TRIGGER assignment_plan_items_remain BEFORE DELETE ON assignment_plan_items
BEGIN SELECT raise(ABORT, 'append-only: assignment_plan_items'); END;
