//! The worker's end of the pipes.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use serde_json::Value;

use crate::{Cancel, Event, Failure, Request};

/// How a served job ended; the worker's `main` turns it into an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServeEnd {
    /// The report was sent.
    Done,
    /// A failure was sent.
    Failed,
    /// Somebody asked to stop, or the app is gone.
    Cancelled,
}

/// How often a wish to stop is looked for while an answer is awaited.
const POLL: Duration = Duration::from_millis(20);

/// What the app answers to the job's [`Event::Ask`]s.
pub struct Answers {
    lines: Receiver<String>,
}

impl Answers {
    /// The answer to what was asked just now.
    ///
    /// # Errors
    /// [`Failure::CANCELLED`] when `cancel` is raised or the app is gone meanwhile;
    /// `worker-request` for a line that is no JSON.
    pub fn next(&self, cancel: &Cancel) -> Result<Value, Failure> {
        while !cancel.is_cancelled() {
            match self.lines.recv_timeout(POLL) {
                Ok(line) => {
                    return serde_json::from_str(&line).map_err(|error| {
                        Failure::new("worker-request", format!("the answer is no JSON: {error}"))
                    });
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Err(Failure::new(Failure::CANCELLED, ""))
    }
}

/// Serves one job on this process's stdin and stdout: see [`serve_on`].
pub fn serve(
    job: impl FnOnce(&Request, &Cancel, &Answers, &mut dyn FnMut(Event)) -> Result<Value, Failure>,
) -> ServeEnd {
    serve_on(std::io::stdin(), std::io::stdout(), job)
}

/// Reads one [`Request`] line from `input`, runs `job`, and writes its events to
/// `output`, one flushed line each. A later line `cancel`, or the end of `input`
/// (the app died), raises the job's cancel flag, as does an output that nobody
/// reads any more. Every other later line answers an [`Event::Ask`]. Whatever the job
/// emits, exactly one last event is written: its report, its failure, or `cancelled`
/// (for the code [`Failure::CANCELLED`]).
pub fn serve_on(
    input: impl Read + Send + 'static,
    mut output: impl Write,
    job: impl FnOnce(&Request, &Cancel, &Answers, &mut dyn FnMut(Event)) -> Result<Value, Failure>,
) -> ServeEnd {
    let cancel = Cancel::default();
    let mut input = BufReader::new(input);
    let mut line = String::new();
    let request = match input.read_line(&mut line) {
        Ok(_) => serde_json::from_str::<Request>(&line).map_err(|error| {
            Failure::new("worker-request", format!("the request is no JSON of a job: {error}"))
        }),
        Err(error) => Err(Failure::new("worker-request", error.to_string())),
    };
    let mut send = |event: &Event| {
        let written = serde_json::to_string(event)
            .map_err(std::io::Error::other)
            .and_then(|text| writeln!(output, "{text}"))
            .and_then(|()| output.flush());
        if written.is_err() {
            cancel.cancel();
        }
    };
    let request = match request {
        Ok(request) => request,
        Err(failure) => {
            send(&Event::Failed(failure));
            return ServeEnd::Failed;
        }
    };
    let wish = cancel.clone();
    let (told, lines) = mpsc::channel();
    // Detached on purpose: it ends with the process, or with its input.
    std::thread::spawn(move || {
        for line in input.lines() {
            match line {
                Ok(line) if line.trim() == "cancel" => break,
                // A job that has ended reads none.
                Ok(line) => drop(told.send(line)),
                Err(_) => break,
            }
        }
        wish.cancel();
    });
    let result = job(&request, &cancel, &Answers { lines }, &mut |event| {
        if !event.is_last() {
            send(&event);
        }
    });
    let (last, end) = match result {
        Ok(report) => (Event::Done(report), ServeEnd::Done),
        Err(failure) if failure.code == Failure::CANCELLED => {
            (Event::Cancelled, ServeEnd::Cancelled)
        }
        Err(failure) => (Event::Failed(failure), ServeEnd::Failed),
    };
    send(&last);
    end
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Event> {
        String::from_utf8_lossy(bytes)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn exactly_one_last_event_is_written_whatever_the_job_emits() {
        let mut output = Vec::new();
        let input: &[u8] = b"{\"job\":\"train\",\"spec\":{}}\n";
        let end = serve_on(input, &mut output, |_, _, _, on| {
            on(Event::Item(Value::Bool(true)));
            on(Event::Done(Value::Null));
            on(Event::Cancelled);
            Ok(Value::from(7))
        });
        assert_eq!(end, ServeEnd::Done);
        let expected = [Event::Item(Value::Bool(true)), Event::Done(Value::from(7))];
        assert_eq!(lines(&output), expected);
    }

    #[test]
    fn a_request_that_is_no_job_fails_and_runs_nothing() {
        for input in ["", "\n", "{\"job\":1}\n", "hello\n"] {
            let mut output = Vec::new();
            let end = serve_on(input.as_bytes(), &mut output, |_, _, _, _| unreachable!());
            assert_eq!(end, ServeEnd::Failed);
            assert!(
                matches!(&lines(&output)[..], [Event::Failed(f)] if f.code == "worker-request")
            );
        }
    }

    #[test]
    fn the_end_of_input_cancels_the_job() {
        let input: &[u8] = b"{\"job\":\"judge\",\"spec\":null}\n";
        let mut output = Vec::new();
        let end = serve_on(input, &mut output, |_, cancel, _, _| {
            let start = Instant::now();
            while !cancel.is_cancelled() && start.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(Failure::new(Failure::CANCELLED, ""))
        });
        assert_eq!(end, ServeEnd::Cancelled);
        assert_eq!(lines(&output), [Event::Cancelled]);
    }

    #[test]
    fn an_output_nobody_reads_cancels_the_job() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        struct Open(bool);
        impl Read for Open {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                if self.0 {
                    std::thread::park();
                    return Ok(0);
                }
                self.0 = true;
                let line = b"{\"job\":\"judge\",\"spec\":null}\n";
                buffer[..line.len()].copy_from_slice(line);
                Ok(line.len())
            }
        }
        serve_on(Open(false), Gone, |_, cancel, _, on| {
            on(Event::Item(Value::Null));
            assert!(cancel.is_cancelled());
            Ok(Value::Null)
        });
    }
}
