SELECT seq, output, state FROM assignments INDEXED BY assignments_left
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND seq > :after
    AND state <> 'done'
ORDER BY seq LIMIT 1
