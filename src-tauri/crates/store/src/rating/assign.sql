INSERT INTO assignments (rater, output, rubric, rubric_version, operation)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (rater, rubric, rubric_version, output) DO NOTHING
