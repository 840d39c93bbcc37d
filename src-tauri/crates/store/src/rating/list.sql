SELECT t.seq, t.rater, t.output, t.rubric, t.rubric_version, t.answers, t.locked, t.skipped, t.flag,
    t.carried, t.evidence
FROM ratings AS t
WHERE t.rubric = :rubric AND t.rubric_version = :version AND t.seq > :after
    AND (t.locked = 1 OR NOT :locked)
