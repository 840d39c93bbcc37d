SELECT 1 FROM repeats WHERE rater = :me AND output = :output AND state = 'open' LIMIT 1
