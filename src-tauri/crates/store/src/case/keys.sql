SELECT key, id FROM cases
