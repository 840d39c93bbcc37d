UPDATE rubric_draft_states SET undone = 0
WHERE seq = (SELECT min(seq) FROM rubric_draft_states WHERE draft = :draft AND undone = 1)
