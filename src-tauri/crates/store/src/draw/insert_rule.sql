INSERT INTO queue_rules (rubric, rubric_version, way, run, raters_choose, again_share, again_items,
    again_days, operation)
VALUES (:rubric, :version, :way, :run, :raters_choose, :again_share, :again_items, :again_days,
    :operation)
