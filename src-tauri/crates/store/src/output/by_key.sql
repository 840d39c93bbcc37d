SELECT seq, id, key, case_id, prompt_id, sample, body, items, origin
FROM outputs WHERE key = ?1
