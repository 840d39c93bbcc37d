SELECT d.id, d.base, d.base_version, s.seq, s.body,
    EXISTS (
        SELECT 1 FROM rubric_draft_states AS o
        WHERE o.draft = d.id AND o.undone = 0 AND o.seq < s.seq
    ) AS can_undo,
    EXISTS (
        SELECT 1 FROM rubric_draft_states AS o WHERE o.draft = d.id AND o.undone = 1
    ) AS can_redo
FROM rubric_drafts AS d JOIN rubric_draft_states AS s ON s.draft = d.id
WHERE (:id IS NULL OR d.id = :id) AND s.seq = (
    SELECT max(l.seq) FROM rubric_draft_states AS l WHERE l.draft = d.id AND l.undone = 0
)
ORDER BY d.seq
