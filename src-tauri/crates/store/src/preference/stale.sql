-- Whether outputs have come since the rater's pairs were made.
SELECT ifnull((SELECT max(operation) FROM outputs), 0)
    > ifnull((SELECT max(operation) FROM pairs WHERE rater = ?1), 0) AS stale
