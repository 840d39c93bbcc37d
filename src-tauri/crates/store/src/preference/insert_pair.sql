INSERT INTO pairs (id, rater, a, b, operation)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE NOT EXISTS (
    SELECT 1 FROM pairs
    WHERE rater = ?2 AND min(a, b) = min(?3, ?4) AND max(a, b) = max(?3, ?4)
)
