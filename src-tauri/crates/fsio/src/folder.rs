use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::atomic::{clipped, split, with_rights};
use crate::{Action, FsError};

/// A folder filled out of sight that takes its name at
/// [`commit`](AtomicFolder::commit), replacing what stood there.
///
/// Where the system can't swap two folders in one step, the old one is moved
/// aside first and moved back when the second step fails; it is removed only
/// when the new one has its name.
#[derive(Debug)]
pub struct AtomicFolder {
    path: PathBuf,
    parent: PathBuf,
    staged: TempDir,
}

impl AtomicFolder {
    /// Starts a folder that will be called `path`, in a folder that exists.
    ///
    /// # Errors
    /// [`FsError`] naming the path.
    pub fn create(path: &Path) -> Result<Self, FsError> {
        let (parent, name) = split(path)?;
        let prefix = clipped(&format!(".{}.", name.to_string_lossy()));
        let staged = with_rights(tempfile::Builder::new().prefix(&prefix), 0o777)
            .suffix(".part")
            .tempdir_in(&parent)
            .map_err(|e| FsError::new(Action::CreateFolder, path, e))?;
        Ok(Self { path: path.to_path_buf(), parent, staged })
    }

    /// Where to write until the commit.
    #[must_use]
    pub fn staged(&self) -> &Path {
        self.staged.path()
    }

    /// The name the folder will have.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes every file to the disk and gives the folder its name, replacing
    /// a folder that stands there.
    ///
    /// # Errors
    /// [`FsError`] naming the path; the old folder is then untouched.
    pub fn commit(self) -> Result<(), FsError> {
        self.finish(true)
    }

    /// Like [`commit`](Self::commit), but refuses to replace anything.
    ///
    /// # Errors
    /// [`FsError::Exists`] when something stands at the path.
    pub fn commit_new(self) -> Result<(), FsError> {
        self.finish(false)
    }

    fn finish(self, replace: bool) -> Result<(), FsError> {
        sync_tree(self.staged.path())?;
        let taken = fs::symlink_metadata(&self.path).is_ok();
        if taken && !replace {
            return Err(FsError::Exists { path: self.path });
        }
        let aside = if taken { Some(self.move_aside()?) } else { None };
        // From here on a rename decides; TempDir must not remove its content.
        let staged = self.staged.keep();
        if let Err(error) = fs::rename(&staged, &self.path) {
            if let Some(aside) = aside {
                // The old folder gets its name back; if even that fails it is
                // still whole under the name aside, which the TempDir gives up.
                let old = aside.keep();
                let _ = fs::rename(old.join("old"), &self.path);
                let _ = fs::remove_dir(&old);
            }
            let _ = fs::remove_dir_all(&staged);
            return Err(FsError::new(Action::Move, &self.path, error));
        }
        sync_dir(&self.parent)?;
        drop(aside);
        Ok(())
    }

    /// Moves the old folder into a fresh one beside it, from where dropping it
    /// removes it.
    fn move_aside(&self) -> Result<TempDir, FsError> {
        let failed = |e| FsError::new(Action::Move, &self.path, e);
        let aside =
            tempfile::Builder::new().prefix(".old.").tempdir_in(&self.parent).map_err(failed)?;
        fs::rename(&self.path, aside.path().join("old")).map_err(failed)?;
        Ok(aside)
    }
}

/// Flushes the entries of a folder (names, not contents) to the disk, so that a
/// rename survives a power cut. Windows has no such call; its rename is journaled.
pub(crate) fn sync_dir(path: &Path) -> Result<(), FsError> {
    #[cfg(unix)]
    {
        let dir = fs::File::open(path).map_err(|e| FsError::new(Action::Sync, path, e))?;
        match dir.sync_all() {
            // Some network file systems refuse to sync a folder; nothing can be
            // done about it there, and the rename itself has succeeded.
            Err(e) if e.kind() == std::io::ErrorKind::InvalidInput => Ok(()),
            other => other.map_err(|e| FsError::new(Action::Sync, path, e)),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}

/// Flushes every file under `dir`, then the folders themselves.
fn sync_tree(dir: &Path) -> Result<(), FsError> {
    let failed = |e| FsError::new(Action::Sync, dir, e);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let path = entry.path();
        if kind.is_dir() {
            sync_tree(&path)?;
        } else if kind.is_file() {
            // Windows flushes only through a handle that may write.
            fs::OpenOptions::new()
                .write(true)
                .open(&path)
                .and_then(|file| file.sync_all())
                .map_err(|e| FsError::new(Action::Sync, &path, e))?;
        }
    }
    sync_dir(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().count()
    }

    #[test]
    fn a_committed_folder_replaces_the_old_one_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("adapter");
        for content in ["one", "two"] {
            let folder = AtomicFolder::create(&path).unwrap();
            fs::create_dir(folder.staged().join("sub")).unwrap();
            fs::write(folder.staged().join("sub").join(content), content).unwrap();
            folder.commit().unwrap();
        }
        assert!(!path.join("sub").join("one").exists());
        assert_eq!(fs::read_to_string(path.join("sub").join("two")).unwrap(), "two");
        assert_eq!(count(dir.path()), 1);
    }

    #[test]
    fn a_folder_dropped_before_commit_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = AtomicFolder::create(&dir.path().join("adapter")).unwrap();
        fs::write(folder.staged().join("a"), "a").unwrap();
        drop(folder);
        assert_eq!(count(dir.path()), 0);
    }

    #[test]
    fn commit_new_refuses_what_stands_there_and_keeps_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("keep"), "k").unwrap();
        let folder = AtomicFolder::create(&path).unwrap();
        let error = folder.commit_new().unwrap_err();
        assert_eq!(error.code(), "file-exists");
        assert!(path.join("keep").exists());
        assert_eq!(count(dir.path()), 1);
    }
}
