SELECT output, sample FROM verdicts WHERE run = ?1
