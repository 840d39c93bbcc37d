INSERT INTO draws (rater, output, rubric, rubric_version, way, probability, among, recipe, at,
    operation)
VALUES (:rater, :output, :rubric, :version, :way, :probability, :among, :recipe, :at, :operation)
