SELECT case_id, hash, sample, items, origin FROM outputs WHERE key = ?1
