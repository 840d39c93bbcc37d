-- Before the condition of unveiled.sql: one's own ratings are always shown, but for the
-- first one while the second is open; others' only when they are locked; a lead sees
-- drafts too.
(t.rater = :me OR :role = 'lead' OR t.locked = 1) AND ((t.rater = :me AND NOT EXISTS (
    SELECT 1 FROM repeats AS p INDEXED BY repeats_open
    WHERE p.rater = :me AND p.output = t.output AND p.state = 'open'
)) OR
