SELECT operation FROM rating_events WHERE id = ?1
