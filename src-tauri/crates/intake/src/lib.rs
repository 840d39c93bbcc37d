//! Hostile bytes to values: CSV, JSONL; every problem with its row and column.
