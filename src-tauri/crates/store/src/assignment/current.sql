SELECT id, rubric, rubric_version, body FROM assignment_plans
WHERE rubric = ?1 AND rubric_version = ?2 AND withdrawn IS NULL
ORDER BY seq DESC LIMIT 1
