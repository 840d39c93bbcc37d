SELECT
    (SELECT count(*) FROM cases) AS cases,
    (SELECT count(*) FROM outputs) AS outputs,
    (SELECT count(*) FROM raters) AS raters,
    (SELECT count(*) FROM rubrics) AS rubrics,
    (SELECT count(*) FROM runs WHERE :role = 'lead') AS runs
