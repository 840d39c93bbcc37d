SELECT seq, output, rater, part, probability FROM assignment_plan_items
WHERE plan = :plan AND seq > :after
ORDER BY seq LIMIT :limit
