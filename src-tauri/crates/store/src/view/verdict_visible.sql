-- Before the condition of unveiled.sql: an adjudicator, whose decision becomes
-- gold, must not lean on the judge and waits for it.
(:role <> 'adjudicator' OR EXISTS (
    SELECT 1 FROM current_golds AS g WHERE g.output = t.output
)) AND
