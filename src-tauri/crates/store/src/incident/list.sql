SELECT t.seq, t.run, t.case_id, t.sample, t.seed, t.parts, t.cut FROM incidents AS t
WHERE t.run = :run AND :role = 'lead' ORDER BY t.seq
