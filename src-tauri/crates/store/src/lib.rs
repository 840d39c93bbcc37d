//! The project on disk: SQLite through SQLCipher, numbered migrations, one owner.
//!
//! ```no_run
//! # fn main() -> Result<(), shinsa_store::StoreError> {
//! # use shinsa_domain::*; use shinsa_store::*;
//! # let (now, random, device) = (0, [0; 10], DeviceId::new(0, [0; 10]));
//! # let lead = Rater { id: RaterId::new(now, random), name: "Lead".into(), profession: String::new(), role: Role::Lead };
//! # let cases: Vec<Case> = vec![];
//! let mut project = Project::create("projects".as_ref(), &NewProject {
//!     id: ProjectId::new(now, random), name: "Falls", passphrase: "several words",
//!     lead: &lead, device, at: now, cost: KdfCost::default(),
//! })?;
//! let me = Viewer { rater: lead.id, role: Role::Lead };
//! // Writes: one named operation, all or nothing, audited.
//! let inserted = project.transact(&Op::new("import-cases", me, device, now), |tx| tx.insert_cases(&cases))?;
//! // Reads: always on behalf of somebody.
//! let first = project.view(&me).cases(Page::first(100))?;
//! # Ok(()) }
//! ```
//!
//! # Shape
//! - [`Project`]: the folder, its header, its key, its lock, its one connection.
//!   It is `Send`; a shell keeps it behind a mutex.
//! - [`Project::view`] gives a [`View`]: **every** read, on behalf of a
//!   `Viewer`. Blinding is decided inside its queries, so there is no way
//!   to read past it.
//! - [`Project::transact`] gives a [`Tx`]: **every** write, inside one operation
//!   ([`Op`]: name, who, where, when) that commits whole or not at all and
//!   leaves a row in the audit table.
//! - Imports are idempotent and answer with [`Inserted`]: new, the same, conflicting.
//! - Lists come in pages ([`Page`], [`Rows`]) by key, without long texts.
//!
//! # Who sees what
//! | | lead | adjudicator | rater |
//! |---|---|---|---|
//! | cases, prompts, rubrics, outputs' texts | all | all | all |
//! | outputs' origin and source key | yes | no | no |
//! | own ratings and events | yes | but the first while the second is open | but the first while the second is open |
//! | others' ratings | all | locked ones, unnamed, where nothing of one's own is open | locked ones, unnamed, where one's own are all locked |
//! | own pairs and preferences | yes | yes | yes |
//! | others' preferences | all | none | none |
//! | gold | all | where nothing of one's own is open | where one's own are all locked |
//! | verdicts | all | as gold, and gold exists | as gold |
//! | runs, operations, others' progress, rubrics being written, plans | all | none | none |
//! | draws and their probabilities | all | none | none |
//! | own first and second ratings side by side | everyone's | own, once the second is locked | own, once the second is locked |
//!
//! "Open" is a rating begun and not locked, or assigned and not yet given, or being given
//! a second time.
//! "Unnamed" means that a rater's id is replaced by one that fits no rater and
//! differs from output to output.

mod assignment;
mod case;
mod column;
mod draw;
mod error;
mod gold;
mod incident;
mod operation;
mod output;
mod page;
mod passphrase;
mod preference;
mod probe;
mod project;
mod prompt;
mod rater;
mod rating;
mod repeat;
mod rubric;
mod run;
mod schema;
mod setting;
mod verdict;
mod view;
mod words;

pub use assignment::TeamTimes;
pub use case::CaseRow;
pub use error::StoreError;
pub use operation::{Op, OperationRow, Tx};
pub use output::OutputRow;
pub use page::{Conflict, Inserted, Page, Rows};
pub use passphrase::{PassphraseState, check_new_passphrase};
pub use preference::PairRow;
pub use project::{
    Check, FOLDER_SUFFIX, FORMAT, Folder, KdfCost, NewProject, Project, ProjectSummary, SlotKind,
    is_project,
};
pub use rating::{Carried, CarryCounts, ImportedRating, Progress, QueueRow, QueueState};
pub use rubric::{RubricDraft, RubricRow};
pub use run::RunRow;
pub use schema::newest as newest_schema;
pub use view::{Counts, View};
