-- Runs that write: outputs, and incidents taken apart.
--
-- A check can't be changed by ALTER TABLE, and a table that others refer to can't
-- be made anew inside a transaction. What changes is the text of the check
-- alone, not a row: SQLite's documentation gives this way for such a change
-- (https://sqlite.org/lang_altertable.html#otheralter).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, '(''train'', ''judge'')', '(''train'', ''judge'', ''generate'', ''restructure'')')
WHERE type = 'table' AND name = 'runs';
PRAGMA writable_schema = RESET;

-- What a model read in a case's free text.
CREATE TABLE incidents (
    seq       INTEGER PRIMARY KEY,
    run       BLOB    NOT NULL REFERENCES runs (id),
    case_id   BLOB    NOT NULL REFERENCES cases (id),
    sample    INTEGER NOT NULL,
    seed      INTEGER NOT NULL,
    parts     TEXT    NOT NULL,
    cut       INTEGER NOT NULL CHECK (cut IN (0, 1)),
    operation INTEGER NOT NULL REFERENCES operations (seq),
    UNIQUE (run, case_id, sample)
) STRICT;
