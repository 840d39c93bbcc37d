-- Whether a plan counts that doesn't give the output to the person, who has not begun it.
SELECT 1 WHERE EXISTS (
        SELECT 1 FROM assignment_plans
        WHERE rubric = :rubric AND rubric_version = :version AND withdrawn IS NULL
    )
    AND NOT EXISTS (
        SELECT 1 FROM assignments
        WHERE rater = :rater AND rubric = :rubric AND rubric_version = :version
            AND output = :output
    )
    AND NOT EXISTS (
        SELECT 1 FROM ratings
        WHERE rater = :rater AND rubric = :rubric AND rubric_version = :version
            AND output = :output
    )
