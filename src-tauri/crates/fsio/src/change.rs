use std::fs;
use std::path::Path;

use crate::atomic::AtomicFile;
use crate::folder::sync_dir;
use crate::{Action, FsError};

/// Makes one folder; its parent must exist.
///
/// # Errors
/// [`FsError::Exists`] when something stands there.
pub fn create_dir(path: &Path) -> Result<(), FsError> {
    fs::create_dir(path).map_err(|e| FsError::new(Action::CreateFolder, path, e))
}

/// Makes a folder and those above it; one that is there already is fine.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn create_dir_all(path: &Path) -> Result<(), FsError> {
    fs::create_dir_all(path).map_err(|e| FsError::new(Action::CreateFolder, path, e))
}

/// Creates a file for appending that must not exist yet (a log, a lock).
/// Anything that is to appear whole goes through [`AtomicFile`] instead.
///
/// # Errors
/// [`FsError::Exists`] when something stands there.
pub fn create_new(path: &Path) -> Result<fs::File, FsError> {
    fs::OpenOptions::new()
        .append(true)
        .create_new(true)
        .open(path)
        .map_err(|e| FsError::new(Action::Write, path, e))
}

/// Removes one file; a missing one is not an error.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn remove_file(path: &Path) -> Result<(), FsError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|e| FsError::new(Action::Remove, path, e)),
    }
}

/// Removes a folder with all it holds; a missing one is not an error. Links in
/// it are removed, not followed.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn remove_dir_all(path: &Path) -> Result<(), FsError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|e| FsError::new(Action::Remove, path, e)),
    }
}

/// Moves a file or folder on one disk, replacing a file at the new place, and
/// flushes the new folder's entries.
///
/// # Errors
/// [`FsError`] naming the new path when a folder is missing or in the way, the
/// old one when it does not exist.
pub fn rename(from: &Path, to: &Path) -> Result<(), FsError> {
    fs::rename(from, to).map_err(|e| {
        let named = if from.exists() { to } else { from };
        FsError::new(Action::Move, named, e)
    })?;
    let parent = to.parent().filter(|p| !p.as_os_str().is_empty());
    sync_dir(parent.unwrap_or(Path::new(".")))
}

/// Copies a file; the copy appears whole or not at all. Returns its bytes.
///
/// # Errors
/// [`FsError`] naming the file that could not be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<u64, FsError> {
    let mut source = fs::File::open(from).map_err(|e| FsError::new(Action::Read, from, e))?;
    let mut target = AtomicFile::create(to)?;
    let bytes =
        std::io::copy(&mut source, &mut target).map_err(|e| FsError::new(Action::Move, to, e))?;
    target.commit()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_what_is_not_there_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        remove_file(&dir.path().join("no")).unwrap();
        remove_dir_all(&dir.path().join("no")).unwrap();
    }

    #[test]
    fn a_folder_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        create_dir(&path).unwrap();
        assert_eq!(create_dir(&path).unwrap_err().code(), "file-exists");
        create_dir_all(&path.join("b").join("c")).unwrap();
        create_dir_all(&path.join("b").join("c")).unwrap();
    }

    #[test]
    fn a_copy_equals_its_source() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        fs::write(&a, vec![7u8; 300_000]).unwrap();
        assert_eq!(copy(&a, &b).unwrap(), 300_000);
        assert_eq!(fs::read(&a).unwrap(), fs::read(&b).unwrap());
    }

    #[test]
    fn rename_names_the_side_that_failed() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("no").join("b"));
        assert_eq!(rename(&a, &b).unwrap_err().path(), a);
        fs::write(&a, "a").unwrap();
        assert_eq!(rename(&a, &b).unwrap_err().path(), b);
        rename(&a, &dir.path().join("c")).unwrap();
        assert!(dir.path().join("c").exists());
    }

    #[test]
    fn a_new_file_is_never_an_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        create_new(&path).unwrap();
        assert_eq!(create_new(&path).unwrap_err().code(), "file-exists");
    }
}
