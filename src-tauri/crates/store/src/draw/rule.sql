SELECT way, run, raters_choose, again_share, again_items, again_days FROM queue_rules
WHERE rubric = :rubric AND rubric_version = :version
ORDER BY seq DESC LIMIT 1
