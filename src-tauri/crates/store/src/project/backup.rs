//! Copies of a project that are projects themselves. Generations and thinning
//! will live here too.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use shinsa_domain::Millis;
use shinsa_fsio as fsio;

use super::check::check;
use super::header::Header;
use super::{DATABASE, Folder, Project, connection};
use crate::StoreError;
use crate::error::sqlite;
use crate::schema;

/// Pages copied between two looks at whether to go on: about 4 MiB.
const PAGES_PER_STEP: i32 = 1024;

impl Project {
    /// Copies the project's database and header, as they are now, into the new
    /// project folder `dest`, and checks the copy before it gets its name. The
    /// copy opens with the passphrases that open this project. Adapters,
    /// checkpoints and exports are not copied: runs tell how to make them again.
    ///
    /// `go_on` hears how many pages are done, and how many there are; when it
    /// says no, nothing remains of the copy.
    ///
    /// # Errors
    /// `project-exists` when something stands at `dest`, `cancelled`,
    /// `disk-full`, `damaged-database` when this database can't be copied whole,
    /// or a file error.
    pub fn backup(
        &self,
        dest: &Path,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(), StoreError> {
        if fsio::exists(dest) {
            return Err(StoreError::ProjectExists { path: dest.to_path_buf() });
        }
        let needed = fsio::file_len(&self.path().join(DATABASE))?;
        if fsio::free_space(dest)? < needed {
            return Err(StoreError::DiskFull);
        }
        let folder = fsio::AtomicFolder::create(dest)?;
        Header::read(self.path())?.write(folder.staged())?;
        for sub in Folder::ALL {
            fsio::create_dir(&folder.staged().join(sub.name()))?;
        }
        self.copy_database(&folder.staged().join(DATABASE), go_on)?;
        match folder.commit_new() {
            Err(fsio::FsError::Exists { path }) => Err(StoreError::ProjectExists { path }),
            other => Ok(other?),
        }
    }

    /// The name of a backup made at `at`, which sorts by time.
    #[must_use]
    pub fn backup_name(at: Millis) -> String {
        format!("{at:013}{}", super::FOLDER_SUFFIX)
    }

    fn copy_database(
        &self,
        dest: &Path,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(), StoreError> {
        let failed = || sqlite("backup");
        let mut copy = connection::open(dest, &self.key, true)?;
        {
            let backup = Backup::new(&self.conn, &mut copy).map_err(failed())?;
            while backup.step(PAGES_PER_STEP).map_err(failed())? != StepResult::Done {
                let at = backup.progress();
                let (left, all) = (at.remaining.unsigned_abs(), at.pagecount.unsigned_abs());
                if !go_on(u64::from(all.saturating_sub(left)), u64::from(all)) {
                    return Err(StoreError::Cancelled);
                }
            }
        }
        let found = check(&copy, None)?;
        if let Some(problem) = found.problems.first() {
            return Err(StoreError::DamagedDatabase {
                path: self.path().join(DATABASE),
                detail: problem.clone(),
            });
        }
        if schema::version(&copy)? != schema::newest() {
            return Err(StoreError::DamagedDatabase {
                path: self.path().join(DATABASE),
                detail: "the copy has another schema".into(),
            });
        }
        // Folds the log in, so that the copy is one file.
        connection::settle(&copy)?;
        copy.close().map_err(|(_, error)| sqlite("backup")(error))
    }
}
