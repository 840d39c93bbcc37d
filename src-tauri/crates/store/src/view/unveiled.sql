-- Whether what hangs on the output of `t` may be shown to :me in :role.
(:role = 'lead' OR (
    NOT EXISTS (SELECT 1 FROM own_open AS o WHERE o.rater = :me AND o.output = t.output)
    AND (:role = 'adjudicator' OR EXISTS (
        SELECT 1 FROM ratings AS m WHERE m.rater = :me AND m.output = t.output AND m.locked = 1
    ))
))
