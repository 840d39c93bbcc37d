//! Fluent strings for both languages, used by the shells and the report.
