use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use crate::{Action, FsError};

/// An exclusive lock among processes, held through an open file. The system
/// releases it when the holder ends, however it ends, so a crash never leaves a
/// project locked. The file itself stays: removing it would let two processes
/// hold locks on two files of one name.
#[derive(Debug)]
pub struct LockFile {
    path: PathBuf,
    file: File,
}

impl LockFile {
    /// Takes the lock, or says at once that another holds it.
    ///
    /// # Errors
    /// [`FsError::Locked`] when another process (or another value in this one)
    /// holds it; otherwise an error naming the path.
    pub fn acquire(path: &Path) -> Result<Self, FsError> {
        let failed = |e| FsError::new(Action::Lock, path, e);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { path: path.to_path_buf(), file }),
            Err(TryLockError::WouldBlock) => Err(FsError::Locked { path: path.to_path_buf() }),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    /// The lock file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing would release it too; saying so keeps the order certain even
        // when a child process inherited the handle.
        let _ = FileExt::unlock(&self.file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_told_at_once_and_gets_the_lock_after_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = LockFile::acquire(&path).unwrap();
        let error = LockFile::acquire(&path).unwrap_err();
        assert_eq!(error.code(), "file-locked");
        drop(first);
        LockFile::acquire(&path).unwrap();
        assert!(path.exists());
    }

    #[test]
    fn a_lock_in_no_folder_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let error = LockFile::acquire(&dir.path().join("no").join("lock")).unwrap_err();
        assert_eq!(error.code(), "file-not-found");
    }
}
