SELECT e.id, e.pair, e.choice, e.reason, e.undoes, e.active_ms
FROM preference_events AS e JOIN pairs AS p ON p.id = e.pair
WHERE p.rater = ?1 ORDER BY e.seq DESC
