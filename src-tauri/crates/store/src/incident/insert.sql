INSERT INTO incidents (run, case_id, sample, seed, parts, cut, operation)
VALUES (:run, :case, :sample, :seed, :parts, :cut, :operation)
