-- Whether what hangs on the output of `t` may be shown to :me in :role. One's
-- own work on it is open while a rating begun is not locked, or one assigned
-- was not given yet.
(:role = 'lead' OR (
    (:role = 'adjudicator' OR EXISTS (
        SELECT 1 FROM ratings AS m INDEXED BY ratings_of_rater
        WHERE m.rater = :me AND m.output = t.output AND m.locked = 1
    ))
    AND NOT EXISTS (
        SELECT 1 FROM ratings AS m INDEXED BY ratings_of_rater
        WHERE m.rater = :me AND m.output = t.output AND m.locked = 0
    )
    AND NOT EXISTS (
        SELECT 1 FROM assignments AS a INDEXED BY assignments_of_output
        WHERE a.rater = :me AND a.output = t.output AND a.state <> 'done'
    )
))
