//! Runs the built `shinsa` as a user would, in a home of its own.

use crate::{binary, embedded_model};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The passphrase of the projects that tests make.
pub const PASSPHRASE: &str = "correct horse 馬 staple";

/// No command of a test may take longer.
const PATIENCE: Duration = Duration::from_secs(900);

/// A home folder and the commands run in it.
pub struct Shinsa {
    home: TempDir,
    passphrase: &'static str,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Shinsa {
    /// An empty home.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    #[must_use]
    pub fn new() -> Self {
        Self::with_passphrase(PASSPHRASE)
    }

    /// An empty home whose commands give this passphrase.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    #[must_use]
    pub fn with_passphrase(passphrase: &'static str) -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), passphrase }
    }

    /// The home folder; commands run in it.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A path inside the home.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// Writes a file into the home and returns its path as an argument.
    ///
    /// # Panics
    /// When it can't be written.
    #[allow(clippy::disallowed_methods)] // input for a test, not a user's data
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a test's file");
        path.to_string_lossy().into_owned()
    }

    /// The command, not yet started: no variable of the caller's reaches it
    /// that could change what it says or where it looks.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary("shinsa"));
        command
            .args(args)
            .current_dir(self.home())
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("LANGUAGE")
            .env_remove("SHINSA_PERSON_PASSPHRASE")
            .env_remove("SHINSA_NEW_PASSPHRASE")
            .env("SHINSA_PASSPHRASE", self.passphrase)
            .env("SHINSA_WORKER", binary("shinsa-worker"))
            .env("SHINSA_MODEL", embedded_model())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it can't be started.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Run {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("shinsa starts");
        let stdout = reader(child.stdout.take());
        let stderr = reader(child.stderr.take());
        let since = Instant::now();
        let code = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status.code();
            }
            if since.elapsed() > PATIENCE {
                child.kill().ok();
                child.wait().ok();
                panic!("shinsa {args:?} did not end within {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let text = |reader: JoinHandle<Vec<u8>>| {
            String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
        };
        Run { code, stdout: text(stdout), stderr: text(stderr) }
    }

    /// Runs it, expects success, and reads the last line as JSON.
    ///
    /// # Panics
    /// When it fails or says something that is not JSON.
    #[must_use]
    pub fn json(&self, args: &[&str]) -> Value {
        let run = self.run(args);
        assert_eq!(run.code, Some(0), "shinsa {args:?}\n{}\n{}", run.stdout, run.stderr);
        run.last_json()
    }

    /// Starts it without waiting; what it says is dropped.
    ///
    /// # Panics
    /// When it can't be started.
    #[must_use]
    pub fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("shinsa starts")
    }
}

/// Drains a stream, so that a child with much to say is not held up.
fn reader(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).ok();
        }
        bytes
    })
}

impl Default for Shinsa {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// The last line of standard output as JSON.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn last_json(&self) -> Value {
        let line = self.stdout.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|e| panic!("not JSON ({e}): {self:?}"))
    }

    /// Everything it said.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Checks that it failed, cleanly, with this code. Needs `--json`.
    ///
    /// # Panics
    /// When it did not.
    pub fn failed_with(&self, code: &str) -> &Self {
        self.refused(&[]);
        assert_eq!(self.last_json()["error"]["code"], code, "{self:?}");
        self
    }

    /// Checks that it failed, cleanly, and said each of `words`.
    ///
    /// # Panics
    /// When it did not.
    pub fn refused(&self, words: &[&str]) -> &Self {
        let said = self.said();
        assert!(self.code.is_some_and(|c| c != 0), "should have failed: {self:?}");
        assert!(!said.contains("panicked"), "a panic is not an answer: {self:?}");
        for word in words {
            assert!(said.contains(word), "does not say {word:?}: {self:?}");
        }
        self
    }
}
