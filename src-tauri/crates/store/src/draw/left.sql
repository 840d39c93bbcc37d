SELECT seq FROM assignments INDEXED BY assignments_to_draw
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND state <> 'done'
    AND skipped = 0
ORDER BY seq
