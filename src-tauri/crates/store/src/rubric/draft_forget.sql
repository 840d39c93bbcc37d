-- What was undone before a change, and what is too long ago to be wanted back.
DELETE FROM rubric_draft_states WHERE draft = :draft AND (undone = 1 OR seq <= (
    SELECT seq FROM rubric_draft_states WHERE draft = :draft AND undone = 0
    ORDER BY seq DESC LIMIT 1 OFFSET :most
))
