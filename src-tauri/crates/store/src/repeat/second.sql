SELECT second FROM repeats WHERE id = :id AND rater = :me AND state <> 'withdrawn'
