SELECT seq, rater, output, rubric, rubric_version, way, probability, among, recipe, at FROM draws
WHERE rubric = :rubric AND rubric_version = :version AND seq > :after
ORDER BY seq LIMIT :limit
