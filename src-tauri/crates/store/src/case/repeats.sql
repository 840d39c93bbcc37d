SELECT count(*) - count(DISTINCT hash) FROM cases
