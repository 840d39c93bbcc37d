UPDATE repeats SET second = :second, state = iif(:locked, 'done', 'open'), skipped = :skipped,
    flagged = :flagged
WHERE id = :id AND state <> 'withdrawn'
