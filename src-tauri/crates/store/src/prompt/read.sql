SELECT id, case_id, template, body FROM prompts WHERE id = ?1
