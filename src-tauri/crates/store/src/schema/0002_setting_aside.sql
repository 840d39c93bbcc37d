-- Why raters differed, as the person saw it who decided: JSON, criterion to cause.
ALTER TABLE golds ADD COLUMN causes TEXT NOT NULL DEFAULT '{}';

-- Why a rater has left an output for later, and what a rater wants looked at.
-- Both follow the events, as answers and lock do. (In rating_events.op both are
-- 'set': the body says what was set.)
ALTER TABLE ratings ADD COLUMN skipped TEXT;
ALTER TABLE ratings ADD COLUMN flag TEXT;

-- Follow the rating, by the triggers below.
ALTER TABLE assignments ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped IN (0, 1));
ALTER TABLE assignments ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1));

CREATE TRIGGER assignments_aside_begun AFTER INSERT ON ratings
WHEN NEW.skipped IS NOT NULL OR NEW.flag IS NOT NULL
BEGIN
    UPDATE assignments SET skipped = NEW.skipped IS NOT NULL, flagged = NEW.flag IS NOT NULL
    WHERE rater = NEW.rater AND rubric = NEW.rubric AND rubric_version = NEW.rubric_version
        AND output = NEW.output;
END;
CREATE TRIGGER assignments_aside_moved AFTER UPDATE OF skipped, flag ON ratings
WHEN NEW.skipped IS NOT OLD.skipped OR NEW.flag IS NOT OLD.flag
BEGIN
    UPDATE assignments SET skipped = NEW.skipped IS NOT NULL, flagged = NEW.flag IS NOT NULL
    WHERE rater = NEW.rater AND rubric = NEW.rubric AND rubric_version = NEW.rubric_version
        AND output = NEW.output;
END;
CREATE TRIGGER assignments_aside_made AFTER INSERT ON assignments
BEGIN
    UPDATE assignments SET (skipped, flagged) = (
        SELECT r.skipped IS NOT NULL, r.flag IS NOT NULL FROM ratings AS r
        WHERE r.output = NEW.output AND r.rubric = NEW.rubric
            AND r.rubric_version = NEW.rubric_version AND r.rater = NEW.rater
    )
    WHERE seq = NEW.seq AND EXISTS (
        SELECT 1 FROM ratings AS r
        WHERE r.output = NEW.output AND r.rubric = NEW.rubric
            AND r.rubric_version = NEW.rubric_version AND r.rater = NEW.rater
    );
END;
