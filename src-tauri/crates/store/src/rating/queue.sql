SELECT seq, output, state, skipped, flagged FROM assignments INDEXED BY assignments_in_order
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND seq > :after
ORDER BY seq LIMIT :limit
