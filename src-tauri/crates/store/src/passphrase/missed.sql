UPDATE passphrases SET misses = ?2, missed = ?3 WHERE rater = ?1
