SELECT t.rater, t.output, t.rubric, t.rubric_version, t.answers, t.locked, t.skipped, t.flag, t.carried, t.evidence
FROM ratings AS t
WHERE t.output = :output AND t.rubric = :rubric AND t.rubric_version = :version
