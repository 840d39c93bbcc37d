DELETE FROM rubric_draft_states WHERE draft = ?1
