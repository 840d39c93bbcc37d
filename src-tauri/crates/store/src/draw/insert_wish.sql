INSERT INTO queue_wishes (rater, rubric, rubric_version, way, operation)
VALUES (:me, :rubric, :version, :way, :operation)
