-- The viewer's last draw, while it is neither ended nor left for later.
SELECT d.output FROM draws AS d JOIN assignments AS a
    ON a.rater = d.rater AND a.rubric = d.rubric AND a.rubric_version = d.rubric_version
        AND a.output = d.output
WHERE d.seq = (
        SELECT max(l.seq) FROM draws AS l
        WHERE l.rater = :me AND l.rubric = :rubric AND l.rubric_version = :version
    )
    AND a.state <> 'done' AND a.skipped = 0
