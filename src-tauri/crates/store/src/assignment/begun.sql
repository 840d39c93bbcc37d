SELECT seq, output, rater FROM ratings
WHERE rubric = :rubric AND rubric_version = :version AND seq > :after
ORDER BY seq LIMIT :limit
