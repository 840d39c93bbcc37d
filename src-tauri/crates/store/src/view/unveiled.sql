-- Whether what hangs on the output of `t` may be shown to :me in :role. One's
-- own work on it is open while a rating begun is not locked, or one assigned
-- was not given yet, or it is being rated a second time.
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
    AND NOT EXISTS (
        SELECT 1 FROM repeats AS p INDEXED BY repeats_open
        WHERE p.rater = :me AND p.output = t.output AND p.state = 'open'
    )
))
