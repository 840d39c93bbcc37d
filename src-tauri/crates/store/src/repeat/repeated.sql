SELECT rater, output, first, second FROM repeats
WHERE rubric = :rubric AND rubric_version = :version AND state = 'done'
    AND (:role = 'lead' OR rater = :me)
ORDER BY seq
