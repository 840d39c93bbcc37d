INSERT INTO rubric_draft_states (draft, body, operation) VALUES (?1, ?2, ?3)
