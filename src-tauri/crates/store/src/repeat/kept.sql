SELECT count(*) AS n FROM repeats
WHERE rater = :me AND rubric = :rubric AND rubric_version = :version AND state <> 'withdrawn'
