INSERT INTO assignment_plan_items (plan, rater, output, part, probability) VALUES (?1, ?2, ?3, ?4, ?5)
