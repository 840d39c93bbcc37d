-- Each rater's queue in that rater's own order; one that is there stays as it is.
INSERT INTO assignments (rater, output, rubric, rubric_version, operation)
SELECT rater, output, rubric, :to, :operation FROM assignments
WHERE rubric = :rubric AND rubric_version = :from
ORDER BY seq
ON CONFLICT (rater, rubric, rubric_version, output) DO NOTHING
