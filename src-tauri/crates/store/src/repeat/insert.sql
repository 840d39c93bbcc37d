INSERT INTO repeats (id, rater, output, rubric, rubric_version, first, state, operation)
SELECT :id, r.rater, r.output, r.rubric, r.rubric_version, r.answers, 'open', :operation
FROM ratings AS r
WHERE r.rater = :rater AND r.output = :output AND r.rubric = :rubric
    AND r.rubric_version = :version AND r.locked = 1
