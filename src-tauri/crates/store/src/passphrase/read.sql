SELECT memory_kib, passes, salt, hash, once, misses, missed FROM passphrases WHERE rater = ?1
