DELETE FROM assignments
WHERE rater = ?1 AND rubric = ?2 AND rubric_version = ?3 AND state = 'todo'
