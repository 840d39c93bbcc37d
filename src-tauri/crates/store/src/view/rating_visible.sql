-- Before the condition of unveiled.sql: one's own ratings are always shown,
-- others' only when they are locked; a lead sees drafts too.
(t.rater = :me OR :role = 'lead' OR t.locked = 1) AND (t.rater = :me OR
