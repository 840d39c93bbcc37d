SELECT rater, output, rubric, rubric_version, answers, locked, skipped, flag, carried, evidence
FROM ratings
WHERE output = :output AND rubric = :rubric AND rubric_version = :version AND rater = :rater
