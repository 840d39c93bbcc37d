//! The app's end of the pipes.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use thiserror::Error;

use crate::{Cancel, Event, Failure, Request};

/// Set on the worker, so that one of another version, or one that a person
/// starts by hand, says so instead of waiting.
pub const PROTOCOL_ENV: &str = "SHINSA_WORKER_PROTOCOL";
/// Version of the lines on the pipes.
pub const PROTOCOL: &str = "1";
/// How long a worker may take to stop by itself after it was asked to.
pub const GRACE: Duration = Duration::from_secs(5);

const POLL: Duration = Duration::from_millis(25);
const STDERR_TAIL: usize = 8 * 1024;

/// Why a worker did not finish its job.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// It could not be started.
    #[error(
        "the worker {path} could not be started: {source}; check that the file exists and may be run"
    )]
    Spawn {
        /// The executable.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The request could not be written as JSON.
    #[error("the request to the worker is not JSON: {0}")]
    Request(serde_json::Error),
    /// It ended without saying that it was done: killed, out of memory, or crashed.
    #[error(
        "the worker ended before its job was done ({status}); the job can be resumed, with less memory per step if it ran out. Its last words: {stderr}"
    )]
    Died {
        /// Exit code or signal, in words.
        status: String,
        /// The end of what it wrote on stderr.
        stderr: String,
    },
    /// It wrote a line that is not an event.
    #[error("the worker wrote a line that is not an event: {line}; is it of another version?")]
    Protocol {
        /// The beginning of the line.
        line: String,
    },
    /// The job itself failed (the same was given as [`Event::Failed`]).
    #[error("{}", .0.message())]
    Failed(Failure),
    /// The job was cancelled (the same was given as [`Event::Cancelled`]).
    #[error("the job was cancelled; what it had finished is kept")]
    Cancelled,
}

impl WorkerError {
    /// Stable code: the worker's own, or the job's when the job failed.
    pub fn code(&self) -> &str {
        match self {
            WorkerError::Spawn { .. } => "worker-spawn",
            WorkerError::Request(_) => "worker-request",
            WorkerError::Died { .. } => "worker-died",
            WorkerError::Protocol { .. } => "worker-protocol",
            WorkerError::Failed(failure) => &failure.code,
            WorkerError::Cancelled => Failure::CANCELLED,
        }
    }

    /// Code and arguments, as errors cross processes.
    pub fn failure(&self) -> Failure {
        match self {
            WorkerError::Failed(failure) => failure.clone(),
            WorkerError::Died { status, stderr } => Failure::new(self.code(), self.to_string())
                .with("status", status.clone())
                .with("stderr", stderr.clone()),
            WorkerError::Spawn { path, .. } => {
                Failure::new(self.code(), self.to_string()).with("path", path.display().to_string())
            }
            _ => Failure::new(self.code(), self.to_string()),
        }
    }
}

/// A running worker process. Dropping it kills the process.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    lines: Receiver<String>,
    to_child: Option<Sender<String>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl Worker {
    /// Starts `exe` and hands it `request`. A worker that dies at once is seen
    /// in [`Worker::run`].
    pub fn spawn(exe: &Path, request: &Request) -> Result<Worker, WorkerError> {
        let mut line = serde_json::to_string(request).map_err(WorkerError::Request)?;
        line.push('\n');
        let spawn_error = |source| WorkerError::Spawn { path: exe.to_path_buf(), source };
        let mut command = Command::new(exe);
        command
            .env(PROTOCOL_ENV, PROTOCOL)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        apart(&mut command);
        let mut child = command.spawn().map_err(spawn_error)?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(spawn_error(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (to_child, words) = mpsc::channel();
        std::thread::spawn(move || talk(stdin, &line, &words));
        let (from_child, lines) = mpsc::channel();
        std::thread::spawn(move || listen(stdout, &from_child));
        let stderr = std::thread::spawn(move || tail(stderr));
        Ok(Worker { child, lines, to_child: Some(to_child), stderr: Some(stderr) })
    }

    /// Forwards every event until the job ends. `Ok` means that [`Event::Done`]
    /// was given; a failed or cancelled job is an error as well as an event, so
    /// that nobody can miss it. When `cancel` is raised the worker is asked to
    /// stop, and killed after [`GRACE`].
    pub fn run(self, cancel: &Cancel, on: &mut dyn FnMut(Event)) -> Result<(), WorkerError> {
        self.run_answering(cancel, on, &mut |_| None)
    }

    /// The same for a job that asks: `answer` is given what, and its answer goes to
    /// the worker. Without one the worker waits until it is cancelled.
    pub fn run_answering(
        mut self,
        cancel: &Cancel,
        on: &mut dyn FnMut(Event),
        answer: &mut dyn FnMut(Value) -> Option<Value>,
    ) -> Result<(), WorkerError> {
        let mut asked: Option<Instant> = None;
        let mut last: Option<Event> = None;
        let mut ended: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() && asked.is_none() && last.is_none() {
                asked = Some(Instant::now());
                if let Some(sender) = &self.to_child {
                    // The far end may be gone already: the loop below sees that.
                    let _ = sender.send("cancel\n".to_owned());
                }
            }
            let late = |since: Option<Instant>| since.is_some_and(|at| at.elapsed() >= GRACE);
            if late(asked) || late(ended) {
                let _ = self.child.kill();
            }
            match self.lines.recv_timeout(POLL) {
                Ok(line) if line.trim().is_empty() || last.is_some() => {}
                Ok(line) => match serde_json::from_str::<Event>(&line) {
                    Ok(event) if event.is_last() => {
                        // Closing stdin lets a worker that waits for us end.
                        self.to_child = None;
                        ended = Some(Instant::now());
                        last = Some(event.clone());
                        on(event);
                    }
                    Ok(Event::Ask(asked)) => {
                        if let (Some(value), Some(sender)) = (answer(asked), &self.to_child) {
                            // As above.
                            let _ = sender.send(format!("{value}\n"));
                        }
                    }
                    Ok(event) => on(event),
                    Err(_) => {
                        let line = line.chars().take(200).collect();
                        return Err(WorkerError::Protocol { line });
                    }
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.wait();
        match last {
            Some(Event::Failed(failure)) => Err(WorkerError::Failed(failure)),
            Some(Event::Cancelled) => Err(WorkerError::Cancelled),
            Some(_) => Ok(()),
            None if asked.is_some() => {
                on(Event::Cancelled);
                Err(WorkerError::Cancelled)
            }
            None => Err(WorkerError::Died { status, stderr: self.last_words() }),
        }
    }

    /// Waits for the process to end, killing it after the grace period.
    fn wait(&mut self) -> String {
        self.to_child = None;
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) if start.elapsed() < GRACE => std::thread::sleep(POLL),
                Ok(None) => {
                    let _ = self.child.kill();
                    return self
                        .child
                        .wait()
                        .map_or_else(|error| error.to_string(), |status| status.to_string());
                }
                Err(error) => return error.to_string(),
            }
        }
    }

    fn last_words(&mut self) -> String {
        let bytes = self.stderr.take().and_then(|thread| thread.join().ok());
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).trim().to_owned();
        if text.is_empty() { "(none)".into() } else { text }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Keeps a Ctrl-C meant for the app away from the worker (the app then asks it
/// to cancel), and opens no console window.
fn apart(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

fn talk(mut stdin: ChildStdin, request: &str, words: &Receiver<String>) {
    let mut say = |text: &str| stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush());
    if say(request).is_err() {
        return;
    }
    while let Ok(word) = words.recv() {
        if say(&word).is_err() {
            return;
        }
    }
}

fn listen(stdout: impl Read, lines: &Sender<String>) {
    let mut reader = BufReader::new(stdout);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            // A line cut short by a dying worker is no event: its death is the news.
            Ok(_) if bytes.last() != Some(&b'\n') => return,
            Ok(_) => {
                if lines.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                    return;
                }
            }
        }
    }
}

fn tail(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = VecDeque::with_capacity(STDERR_TAIL);
    let mut chunk = [0u8; 1024];
    while let Ok(read) = stderr.read(&mut chunk) {
        if read == 0 {
            break;
        }
        kept.extend(&chunk[..read]);
        let excess = kept.len().saturating_sub(STDERR_TAIL);
        kept.drain(..excess);
    }
    kept.into()
}
