SELECT count(*) AS ratings, ifnull(sum(r.locked), 0) AS locked,
    count(n.seq) AS begun,
    (SELECT count(*) FROM ratings AS c
        WHERE c.rubric = :rubric AND c.rubric_version = :to AND c.carried <> '{}') AS carried
FROM ratings AS r LEFT JOIN ratings AS n
    ON n.output = r.output AND n.rubric = r.rubric AND n.rubric_version = :to
        AND n.rater = r.rater AND (n.answers <> '{}' OR n.evidence <> '{}' OR n.locked = 1)
WHERE r.rubric = :rubric AND r.rubric_version = :from AND r.answers <> '{}'
