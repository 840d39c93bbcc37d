//! How much a file may hold. A file beyond a limit is a problem, not a crash.

/// Upper bounds that keep hostile or mistaken files from filling memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole file.
    pub max_bytes: usize,
    /// Data rows of a file.
    pub max_rows: u64,
    /// Columns of a table.
    pub max_columns: usize,
    /// Bytes of one cell or one text field.
    pub max_cell_bytes: usize,
    /// Bytes of one JSONL line.
    pub max_line_bytes: usize,
    /// Characters of a key or a name.
    pub max_name_chars: usize,
    /// Errors kept of one file; a file with more is refused as a whole.
    pub max_problems: usize,
    /// Warnings of one kind in one column that are kept; more are only counted.
    pub max_warnings_of_a_kind: u64,
    /// Problems kept of one row.
    pub max_problems_per_row: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 512 << 20,
            max_rows: 1_000_000,
            max_columns: 2_000,
            max_cell_bytes: 1 << 20,
            max_line_bytes: 16 << 20,
            max_name_chars: 200,
            max_problems: 100_000,
            max_warnings_of_a_kind: 100,
            max_problems_per_row: 20,
        }
    }
}
