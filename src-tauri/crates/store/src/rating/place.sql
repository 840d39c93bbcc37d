SELECT seq FROM assignments
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND output = :output
