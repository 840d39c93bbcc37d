//! The only door to `std::fs`: every write in Shinsa goes through this crate,
//! and so does every read whose size somebody else decided.
//!
//! What it promises:
//! - [`atomic_write`] and [`AtomicFile`]: a reader sees the old file or the new
//!   one, never a part; the bytes are on the disk before the name points at them.
//! - [`AppendFile`]: whole lines, added to what is there.
//! - [`AtomicFolder`]: the same for a folder.
//! - [`read`] and [`read_to_string`]: never more memory than the caller allowed.
//! - [`LockFile`]: one owner among all processes; the lock ends with its owner.
//! - [`safe_name`]: a file name that every system accepts, from any text.
//! - [`FsError`] always names the path, and what can be done about it.
//!
//! This crate knows nothing of projects or models.

// The lints that keep the other crates away from std::fs end here.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod append;
mod atomic;
mod change;
mod error;
mod folder;
mod lock;
mod name;
mod read;
mod space;

pub use append::AppendFile;
pub use atomic::{AtomicFile, atomic_write};
pub use change::{
    copy, create_dir, create_dir_all, create_new, remove_dir_all, remove_file, rename,
};
pub use error::{Action, FsError};
pub use folder::AtomicFolder;
pub use lock::LockFile;
pub use name::{MAX_NAME_BYTES, is_safe_name, safe_name};
pub use read::{
    Entry, exists, file_len, is_dir, is_file, list_dir, open, read, read_head, read_to_string,
};
pub use space::free_space;
