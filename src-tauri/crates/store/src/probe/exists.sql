SELECT 1 FROM probes WHERE id = ?1
