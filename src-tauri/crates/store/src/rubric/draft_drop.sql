DELETE FROM rubric_drafts WHERE id = ?1
