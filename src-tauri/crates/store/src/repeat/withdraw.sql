UPDATE repeats SET state = 'withdrawn'
WHERE rater = :me AND output = :output AND state = 'open'
