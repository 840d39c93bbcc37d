SELECT id FROM prompts WHERE case_id = ?1 AND hash = ?2 AND ifnull(template, '') = ifnull(?3, '')
