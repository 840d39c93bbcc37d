use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::folder::sync_dir;
use crate::{Action, FsError};

/// Bytes gathered before they go to the system in one call.
const BUFFER: usize = 128 * 1024;

/// Replaces `path` by a file with exactly `bytes`.
///
/// The bytes go to a new file in the same folder, are flushed to the disk, and
/// only then take the name; on failure the old file stays as it was.
///
/// # Errors
/// [`FsError`] naming `path`: no such folder, no permission, disk full.
pub fn atomic_write(path: &Path, bytes: &[u8]) -> Result<(), FsError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|e| FsError::new(Action::Write, path, e))?;
    file.commit()
}

/// A file written piece by piece that appears under its name only at
/// [`commit`](AtomicFile::commit). Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    parent: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Starts a file that will be called `path`. The folder must exist.
    ///
    /// # Errors
    /// [`FsError`] naming the folder, when nothing can be made in it.
    pub fn create(path: &Path) -> Result<Self, FsError> {
        let (parent, name) = split(path)?;
        // A dot first hides it; the target's own name tells a person what a
        // file left by a power cut was going to be.
        let prefix = format!(".{}.", name.to_string_lossy());
        let file = with_rights(tempfile::Builder::new().prefix(&clipped(&prefix)), 0o666)
            .suffix(".part")
            .tempfile_in(&parent)
            .map_err(|e| FsError::new(Action::Write, path, e))?;
        Ok(Self {
            path: path.to_path_buf(),
            parent,
            writer: BufWriter::with_capacity(BUFFER, file),
        })
    }

    /// The name the file will have.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes the bytes to the disk and gives the file its name.
    ///
    /// # Errors
    /// [`FsError`] naming the path; the old file, if any, is then untouched.
    pub fn commit(self) -> Result<(), FsError> {
        let Self { path, parent, writer } = self;
        let file =
            writer.into_inner().map_err(|e| FsError::new(Action::Write, &path, e.into_error()))?;
        file.as_file().sync_all().map_err(|e| FsError::new(Action::Sync, &path, e))?;
        file.persist(&path).map_err(|e| FsError::new(Action::Move, &path, e.error))?;
        sync_dir(&parent)
    }

    /// The file behind the buffer, for callers that need to seek. What was
    /// written so far is flushed to it first.
    ///
    /// # Errors
    /// [`FsError`] naming the path.
    pub fn as_file(&mut self) -> Result<&File, FsError> {
        self.writer.flush().map_err(|e| FsError::new(Action::Write, &self.path, e))?;
        Ok(self.writer.get_ref().as_file())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.writer.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The folder and the name of `path`; a bare name lies in the current folder.
pub(crate) fn split(path: &Path) -> Result<(PathBuf, &std::ffi::OsStr), FsError> {
    let bad = || FsError::BadPath { path: path.to_path_buf() };
    let name = path.file_name().ok_or_else(bad)?;
    let parent = path.parent().ok_or_else(bad)?;
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    Ok((parent.to_path_buf(), name))
}

/// Keeps a prefix short, so that a long name plus the random part still fits.
pub(crate) fn clipped(prefix: &str) -> String {
    let mut end = prefix.len().min(60);
    while !prefix.is_char_boundary(end) {
        end -= 1;
    }
    prefix[..end].to_owned()
}

/// `tempfile` makes files that only their owner can read; an export must have
/// the rights any other new file would have, so the umask decides
/// what of `mode` remains.
#[cfg(unix)]
pub(crate) fn with_rights<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
    mode: u32,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn with_rights<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
    mode: u32,
) -> &'b mut tempfile::Builder<'p, 's> {
    let _ = mode;
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut all: Vec<String> = std::fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        all.sort();
        all
    }

    #[test]
    fn a_written_file_replaces_the_old_one_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("転倒.txt");
        atomic_write(&path, b"one").unwrap();
        atomic_write(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(names(dir.path()), ["転倒.txt"]);
    }

    #[test]
    fn a_file_dropped_before_commit_leaves_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        atomic_write(&path, b"old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["a.csv"]);
    }

    #[test]
    fn nothing_is_seen_before_commit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"half");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("no").join("a.csv");
        let error = atomic_write(&path, b"x").unwrap_err();
        assert_eq!(error.code(), "file-not-found");
        assert!(error.to_string().contains("a.csv"), "{error}");
    }

    #[test]
    fn a_folder_in_the_way_is_an_error_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("taken");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("keep"), b"k").unwrap();
        assert!(atomic_write(&path, b"x").is_err());
        assert_eq!(names(dir.path()), ["taken"]);
        assert_eq!(names(&path), ["keep"]);
    }

    #[test]
    fn a_path_without_a_name_is_refused() {
        assert_eq!(atomic_write(Path::new(".."), b"x").unwrap_err().code(), "bad-path");
    }

    #[test]
    fn a_very_long_name_still_gets_its_temporary() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("審".repeat(80));
        atomic_write(&path, b"x").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"x");
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_has_the_rights_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (ours, plain) = (dir.path().join("a"), dir.path().join("b"));
        atomic_write(&ours, b"x").unwrap();
        std::fs::write(&plain, b"x").unwrap();
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
