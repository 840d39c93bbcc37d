SELECT p.seq, p.id, p.rater, p.a, p.b, e.choice, ifnull(e.reason, '') AS reason
FROM pairs AS p LEFT JOIN preference_events AS e ON e.seq = (
    SELECT max(l.seq) FROM preference_events AS l WHERE l.pair = p.id
)
WHERE p.id = :id AND p.rater = :me
