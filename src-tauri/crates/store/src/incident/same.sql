SELECT seed, parts FROM incidents WHERE run = :run AND case_id = :case AND sample = :sample
