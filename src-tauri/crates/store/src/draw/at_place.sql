SELECT output FROM assignments WHERE seq = :place AND rater = :me
