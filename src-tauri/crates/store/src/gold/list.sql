SELECT t.seq, t.id, t.output, t.rubric, t.rubric_version, t.answers, t.provenance, t.raters,
    t.decided_by, t.causes
FROM current_golds AS t
WHERE t.rubric = :rubric AND t.rubric_version = :version AND t.seq > :after
