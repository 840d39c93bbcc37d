use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Action, FsError};

/// A file that only grows, line by line: a record of what was done.
#[derive(Debug)]
pub struct AppendFile {
    path: PathBuf,
    file: File,
}

impl AppendFile {
    /// Opens the file at its end, or makes it.
    ///
    /// # Errors
    /// [`FsError`] naming the path.
    pub fn open(path: &Path) -> Result<Self, FsError> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|e| FsError::new(Action::Write, path, e))?;
        Ok(Self { path: path.to_path_buf(), file })
    }

    /// Adds a line in one write, so that those of two processes don't mix.
    ///
    /// # Errors
    /// [`FsError`] naming the path.
    pub fn line(&mut self, text: &str) -> Result<(), FsError> {
        let line = format!("{text}\n");
        self.file.write_all(line.as_bytes()).map_err(|e| FsError::new(Action::Write, &self.path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        for text in ["one", "二"] {
            AppendFile::open(&path).unwrap().line(text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n二\n");
        assert_eq!(AppendFile::open(dir.path()).unwrap_err().path(), dir.path());
    }
}
