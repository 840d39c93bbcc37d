-- Whether the verdict `t` may be shown: as unveiled.sql; an adjudicator, whose
-- decision becomes gold, must not lean on the judge and waits for it.
(:role = 'lead' OR (
    NOT EXISTS (SELECT 1 FROM own_open AS o WHERE o.rater = :me AND o.output = t.output)
    AND CASE :role
        WHEN 'adjudicator' THEN EXISTS (
            SELECT 1 FROM current_golds AS g WHERE g.output = t.output)
        ELSE EXISTS (
            SELECT 1 FROM ratings AS m
            WHERE m.rater = :me AND m.output = t.output AND m.locked = 1)
    END
))
