SELECT way FROM queue_wishes
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version
ORDER BY seq DESC LIMIT 1
