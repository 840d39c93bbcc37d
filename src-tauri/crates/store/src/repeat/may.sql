-- The viewer's ended ratings, the newest so many left out, that were ended before a time
-- and never came again.
SELECT output FROM (
    SELECT r.output, r.last_event, e.at
    FROM ratings AS r INDEXED BY ratings_of_rater
    JOIN rating_events AS e ON e.seq = r.last_event
    JOIN assignments AS a ON a.rater = r.rater AND a.rubric = r.rubric
        AND a.rubric_version = r.rubric_version AND a.output = r.output
    WHERE r.rater = :me AND r.rubric = :rubric AND r.rubric_version = :version AND r.locked = 1
    ORDER BY r.last_event DESC LIMIT -1 OFFSET :items
) AS old
WHERE old.at <= :before AND NOT EXISTS (
    SELECT 1 FROM repeats AS p
    WHERE p.rater = :me AND p.output = old.output AND p.rubric = :rubric
        AND p.rubric_version = :version
)
ORDER BY old.last_event
