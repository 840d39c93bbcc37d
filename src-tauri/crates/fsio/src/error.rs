use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What was being done to the path when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Opening or reading a file or folder.
    Read,
    /// Creating or writing a file.
    Write,
    /// Making a folder.
    CreateFolder,
    /// Removing a file or folder.
    Remove,
    /// Moving or copying.
    Move,
    /// Asking the system to put the bytes on the disk.
    Sync,
    /// Taking the lock.
    Lock,
    /// Asking how much space is free.
    Space,
}

impl Action {
    /// The stable word for this action, for messages and error arguments.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::CreateFolder => "create-folder",
            Self::Remove => "remove",
            Self::Move => "move",
            Self::Sync => "sync",
            Self::Lock => "lock",
            Self::Space => "space",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::CreateFolder => "make the folder",
            Self::Remove => "remove",
            Self::Move => "move or copy",
            Self::Sync => "flush to the disk",
            Self::Lock => "lock",
            Self::Space => "ask the free space of",
        })
    }
}

/// Anything that goes wrong with files. Every variant names the path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FsError {
    /// The file or folder is not there.
    #[error("{}: there is no such file or folder; check the path", path.display())]
    NotFound {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// Something stands where a new thing was to be made.
    #[error("{}: this exists already; choose another name or remove it first", path.display())]
    Exists {
        /// The path in the way.
        path: PathBuf,
    },
    /// The system refuses access.
    #[error("{}: no permission to {action} this; choose another folder or change its rights", path.display())]
    Denied {
        /// What was tried.
        action: Action,
        /// The path that was refused.
        path: PathBuf,
    },
    /// The disk has no room left.
    #[error("{}: the disk is full; free some space and try again (the old content is untouched)", path.display())]
    DiskFull {
        /// The path being written.
        path: PathBuf,
    },
    /// The file is larger than the caller was ready to read.
    #[error("{}: the file has more than {limit} bytes, which is more than is accepted here; split it", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that would have been read.
        limit: u64,
    },
    /// The file is not UTF-8 text.
    #[error("{}: not UTF-8 text (first wrong byte at offset {offset}); save it as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Offset in bytes of the first byte that is not UTF-8.
        offset: usize,
    },
    /// The path has no file name, or its folder can't be told.
    #[error("{}: this is not the path of a file in a folder; give a file name", path.display())]
    BadPath {
        /// The path.
        path: PathBuf,
    },
    /// Another process holds the lock.
    #[error("{}: in use by another process; close it there and try again", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// Any other failure of the system.
    #[error("{}: could not {action} this: {source}", path.display())]
    Io {
        /// What was tried.
        action: Action,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FsError {
    /// Sorts an [`io::Error`] into the kinds a person can act on.
    #[must_use]
    pub fn new(action: Action, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Denied { action, path }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { action, path, source },
        }
    }

    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "file-not-found",
            Self::Exists { .. } => "file-exists",
            Self::Denied { .. } => "file-denied",
            Self::DiskFull { .. } => "disk-full",
            Self::TooLarge { .. } => "file-too-large",
            Self::NotUtf8 { .. } => "file-not-utf8",
            Self::BadPath { .. } => "bad-path",
            Self::Locked { .. } => "file-locked",
            Self::Io { .. } => "file-io",
        }
    }

    /// The path this error is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path }
            | Self::Exists { path }
            | Self::Denied { path, .. }
            | Self::DiskFull { path }
            | Self::TooLarge { path, .. }
            | Self::NotUtf8 { path, .. }
            | Self::BadPath { path }
            | Self::Locked { path }
            | Self::Io { path, .. } => path,
        }
    }

    /// The values a localised message needs, by name.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let mut args = BTreeMap::from([("path".to_owned(), self.path().display().to_string())]);
        let mut put = |name: &str, value: String| args.insert(name.to_owned(), value);
        match self {
            Self::Denied { action, .. } => {
                put("action", action.as_str().to_owned());
            }
            Self::TooLarge { limit, .. } => {
                put("limit", limit.to_string());
            }
            Self::NotUtf8 { offset, .. } => {
                put("offset", offset.to_string());
            }
            Self::Io { action, source, .. } => {
                put("action", action.as_str().to_owned());
                put("detail", source.to_string());
            }
            Self::NotFound { .. }
            | Self::Exists { .. }
            | Self::DiskFull { .. }
            | Self::BadPath { .. }
            | Self::Locked { .. } => {}
        }
        args
    }
}
