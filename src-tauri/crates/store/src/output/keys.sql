SELECT key, id FROM outputs
