SELECT seed, body FROM verdicts WHERE run = :run AND output = :output AND sample = :sample
