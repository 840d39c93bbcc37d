SELECT 1 FROM prompts WHERE id = ?1
