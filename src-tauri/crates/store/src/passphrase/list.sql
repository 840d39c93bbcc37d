SELECT rater, once FROM passphrases
