-- Whether the rating `t` may be shown: one's own always, others' once locked
-- and when the output is unveiled. The same condition as unveiled.sql.
(t.rater = :me OR :role = 'lead' OR (t.locked = 1
    AND NOT EXISTS (SELECT 1 FROM own_open AS o WHERE o.rater = :me AND o.output = t.output)
    AND (:role = 'adjudicator' OR EXISTS (
        SELECT 1 FROM ratings AS m WHERE m.rater = :me AND m.output = t.output AND m.locked = 1
    ))
))
