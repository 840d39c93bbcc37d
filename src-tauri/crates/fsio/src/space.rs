use std::path::Path;

use crate::{Action, FsError};

/// Bytes that this user may still write on the disk that holds `path`. A path
/// that does not exist yet is asked through the nearest folder that does.
///
/// # Errors
/// [`FsError`] naming the path.
pub fn free_space(path: &Path) -> Result<u64, FsError> {
    let there = path
        .ancestors()
        .find(|p| !p.as_os_str().is_empty() && p.exists())
        .unwrap_or(Path::new("."));
    fs4::available_space(there).map_err(|e| FsError::new(Action::Space, path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_known_even_for_a_path_to_come() {
        let dir = tempfile::tempdir().unwrap();
        assert!(free_space(dir.path()).unwrap() > 0);
        assert!(free_space(&dir.path().join("a").join("b")).unwrap() > 0);
    }
}
