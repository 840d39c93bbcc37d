INSERT INTO golds
    (id, output, rubric, rubric_version, answers, provenance, raters, decided_by, operation, causes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
