-- Milliseconds of active work on the output since the rater's event before it; 0
-- where nobody measured. For the rater's own pace: no rule depends on it.
ALTER TABLE rating_events
    ADD COLUMN active_ms INTEGER NOT NULL DEFAULT 0 CHECK (active_ms >= 0);
