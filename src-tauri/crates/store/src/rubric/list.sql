SELECT id, version, title, hash FROM rubrics ORDER BY id, version
