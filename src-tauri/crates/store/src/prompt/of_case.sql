SELECT id, case_id, template, body FROM prompts WHERE case_id = ?1 ORDER BY seq
