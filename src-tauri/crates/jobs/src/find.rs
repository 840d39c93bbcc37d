//! Where the worker's executable is.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// The worker could not be found.
#[derive(Debug, Error)]
pub enum FindError {
    /// The environment names a file that is not there.
    #[error(
        "SHINSA_WORKER names {path}, which is not a file; correct it or unset it, so that the worker beside the program is used"
    )]
    Named {
        /// What the variable holds.
        path: PathBuf,
    },
    /// Nothing lies beside the program.
    #[error(
        "the worker {name} is not beside the program (looked in {looked}); install Shinsa again, or name it in SHINSA_WORKER"
    )]
    Missing {
        /// File name that was sought.
        name: String,
        /// Folders that were searched.
        looked: String,
    },
}

impl FindError {
    /// Stable code for messages in other languages.
    pub fn code(&self) -> &'static str {
        match self {
            FindError::Named { .. } => "worker-named-missing",
            FindError::Missing { .. } => "worker-missing",
        }
    }
}

/// Path of `shinsa-worker`: what `SHINSA_WORKER` names, else the one beside the
/// running program.
///
/// # Errors
/// [`FindError`]: neither is there.
pub fn find_worker() -> Result<PathBuf, FindError> {
    if let Some(named) = std::env::var_os("SHINSA_WORKER").filter(|value| !value.is_empty()) {
        let path = PathBuf::from(named);
        return if path.is_file() { Ok(path) } else { Err(FindError::Named { path }) };
    }
    find_in(beside().as_deref(), "shinsa-worker")
}

/// Path of the worker that was built for a kind of GPU (`cuda`), if one lies
/// beside the running program.
#[must_use]
pub fn find_worker_for(kind: &str) -> Option<PathBuf> {
    find_in(beside().as_deref(), &format!("shinsa-worker-{kind}")).ok()
}

/// The running program's folder.
fn beside() -> Option<PathBuf> {
    std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf))
}

fn find_in(folder: Option<&Path>, name: &str) -> Result<PathBuf, FindError> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    // Test binaries lie one folder deeper than the programs they go with.
    let folders = [folder, folder.and_then(Path::parent)];
    let mut looked = Vec::new();
    for folder in folders.into_iter().flatten() {
        let path = folder.join(&name);
        if path.is_file() {
            return Ok(path);
        }
        looked.push(folder.display().to_string());
    }
    Err(FindError::Missing { name, looked: looked.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_worker_is_named_with_where_it_was_sought() {
        let nowhere = std::env::temp_dir().join("shinsa-no-such-folder");
        let error = find_in(Some(&nowhere), "shinsa-worker").unwrap_err();
        assert_eq!(error.code(), "worker-missing");
        assert!(error.to_string().contains("shinsa-no-such-folder"));
    }
}
