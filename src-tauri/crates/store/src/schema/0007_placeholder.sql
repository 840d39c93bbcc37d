-- Placeholder, replaced at merge by the migration of the branch 'people'.
SELECT 1;
