-- Never the first state: there is nothing before it.
UPDATE rubric_draft_states SET undone = 1
WHERE seq = (SELECT max(seq) FROM rubric_draft_states WHERE draft = :draft AND undone = 0)
    AND seq > (SELECT min(seq) FROM rubric_draft_states WHERE draft = :draft)
