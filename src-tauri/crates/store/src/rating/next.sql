SELECT seq, output, state, skipped, flagged FROM assignments INDEXED BY assignments_left
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND seq > :after
    AND state <> 'done' AND skipped = :skipped
ORDER BY seq LIMIT 1
