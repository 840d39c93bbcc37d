SELECT seq, output, state, skipped, flagged FROM assignments INDEXED BY assignments_by_state
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND state = :state
    AND seq > :after
ORDER BY seq LIMIT :limit
