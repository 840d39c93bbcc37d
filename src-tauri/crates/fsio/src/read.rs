use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::{Action, FsError};

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// Whether it is a folder (a link to a folder is not).
    pub is_dir: bool,
    /// Bytes of a file, 0 for a folder.
    pub bytes: u64,
}

/// Reads a whole file of at most `limit` bytes. The limit holds even when the
/// file grows while it is read.
///
/// # Errors
/// [`FsError::TooLarge`] beyond the limit; otherwise an error naming the path.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FsError> {
    let failed = |e| FsError::new(Action::Read, path, e);
    let file = open(path)?;
    let len = file.metadata().map_err(failed)?.len();
    let too_large = || FsError::TooLarge { path: path.to_path_buf(), limit };
    if len > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Reads at most the first `limit` bytes of a file, to look at its kind.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn read_head(path: &Path, limit: u64) -> Result<Vec<u8>, FsError> {
    let mut bytes = Vec::new();
    open(path)?
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| FsError::new(Action::Read, path, e))?;
    Ok(bytes)
}

/// Reads a whole UTF-8 file of at most `limit` bytes.
///
/// # Errors
/// [`FsError::NotUtf8`] with the offset, [`FsError::TooLarge`], or another
/// error naming the path.
pub fn read_to_string(path: &Path, limit: u64) -> Result<String, FsError> {
    String::from_utf8(read(path, limit)?).map_err(|e| FsError::NotUtf8 {
        path: path.to_path_buf(),
        offset: e.utf8_error().valid_up_to(),
    })
}

/// Opens a file for reading (to stream it or to map it).
///
/// # Errors
/// [`FsError`] naming the path; a folder is refused on every system.
pub fn open(path: &Path) -> Result<fs::File, FsError> {
    let failed = |e| FsError::new(Action::Read, path, e);
    let file = fs::File::open(path).map_err(failed)?;
    // Unix opens folders and fails later, at the first read.
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

/// What a folder holds, sorted by name so that nothing depends on the disk's order.
/// Names that are not Unicode are left out: nothing of ours is called so.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn list_dir(path: &Path) -> Result<Vec<Entry>, FsError> {
    let failed = |e| FsError::new(Action::Read, path, e);
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let meta = match entry.metadata() {
            Ok(meta) => meta,
            // Removed since it was listed.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(FsError::new(Action::Read, &entry.path(), e)),
        };
        entries.push(Entry {
            name,
            path: entry.path(),
            is_dir: meta.is_dir(),
            bytes: if meta.is_file() { meta.len() } else { 0 },
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Whether anything has this name (a link that leads nowhere counts).
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether this is a file, or a link to one.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether this is a folder, or a link to one.
#[must_use]
pub fn is_dir(path: &Path) -> bool {
    path.is_dir()
}

/// Bytes of a file.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn file_len(path: &Path) -> Result<u64, FsError> {
    fs::metadata(path).map(|m| m.len()).map_err(|e| FsError::new(Action::Read, path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_never_passes_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert_eq!(read(&path, 4).unwrap_err().code(), "file-too-large");
        assert_eq!(read_head(&path, 2).unwrap(), b"12");
        assert_eq!(read(&path, u64::MAX).unwrap().len(), 5);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_endless_file_stops_at_the_limit() {
        let error = read(Path::new("/dev/zero"), 1000).unwrap_err();
        assert_eq!(error.code(), "file-too-large");
    }

    #[test]
    fn wrong_text_names_its_offset() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, b"ab\x83\x65").unwrap();
        let error = read_to_string(&path, 100).unwrap_err();
        assert!(matches!(error, FsError::NotUtf8 { offset: 2, .. }));
        assert_eq!(error.args()["offset"], "2");
    }

    #[test]
    fn a_folder_is_listed_in_the_order_of_names() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b", "a", "c"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        fs::create_dir(dir.path().join("d")).unwrap();
        let listed = list_dir(dir.path()).unwrap();
        let names: Vec<_> = listed.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        assert_eq!((listed[0].bytes, listed[3].is_dir), (1, true));
    }

    #[test]
    fn a_folder_is_not_read_as_a_file() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(dir.path(), 10).is_err());
        let missing = read(&dir.path().join("no"), 10).unwrap_err();
        assert_eq!(missing.code(), "file-not-found");
    }
}
