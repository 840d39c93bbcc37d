-- Why raters differed, as the person saw it who decided: JSON, criterion to cause.

ALTER TABLE golds ADD COLUMN causes TEXT NOT NULL DEFAULT '{}';
