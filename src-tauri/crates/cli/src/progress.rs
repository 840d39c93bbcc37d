//! Progress: a bar on a terminal, plain lines otherwise.

use crate::out::Out;
use indicatif::{ProgressBar, ProgressStyle};
use shinsa_studio::{JobProgress, JobUpdate};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shows how far a job is.
pub struct Progress<'o> {
    out: &'o Out,
    bar: Option<ProgressBar>,
    phase: String,
    last: Option<Instant>,
    /// Nothing is shown before.
    from: Instant,
}

/// Plain lines come at most so often; the last of a phase always.
const EVERY: Duration = Duration::from_secs(5);
const MIB: f64 = 1024.0 * 1024.0;

impl<'o> Progress<'o> {
    /// For one job.
    pub fn new(out: &'o Out) -> Self {
        Self::from(out, Instant::now())
    }

    /// For one that is mostly over at once: nothing is shown in its first second.
    pub fn of_long(out: &'o Out) -> Self {
        Self::from(out, Instant::now() + Duration::from_secs(1))
    }

    fn from(out: &'o Out, from: Instant) -> Self {
        let bar = (std::io::stderr().is_terminal() && !out.json).then(|| {
            let bar = ProgressBar::new(0);
            // A fixed template that is known to parse; the default otherwise.
            bar.set_style(
                ProgressStyle::with_template("{bar:28} {pos}/{len} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar
        });
        Self { out, bar, phase: String::new(), last: None, from }
    }

    /// Takes the next news of the job.
    pub fn update(&mut self, update: &JobUpdate) {
        if let JobUpdate::Progress(progress) = update
            && Instant::now() >= self.from
        {
            self.progress(progress);
        }
    }

    fn progress(&mut self, p: &JobProgress) {
        let text = self.text(p);
        if let Some(bar) = &self.bar {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts
            {
                bar.set_length(p.total as u64);
                bar.set_position(p.done as u64);
            }
            bar.set_message(text);
            return;
        }
        let now = Instant::now();
        let due = self.last.is_none_or(|last| now - last >= EVERY);
        if due || self.phase != p.phase || (p.done >= p.total && p.total > 0.0) {
            let _ = writeln!(
                std::io::stderr(),
                "  {} {}/{} {text}",
                self.out.t(&format!("cli-phase-{}", p.phase), &[]),
                p.done,
                p.total
            );
            self.last = Some(now);
            self.phase.clone_from(&p.phase);
        }
    }

    fn text(&self, p: &JobProgress) -> String {
        let mut parts = Vec::new();
        if let Some(loss) = p.values.get("loss") {
            parts.push(format!("loss {loss:.4}"));
        }
        if let Some(loss) = p.values.get("evaluation_loss") {
            let loss = format!("{loss:.4}");
            parts.push(self.out.t("cli-held-out", &[("loss", loss.into())]));
        }
        if let Some(kl) = p.values.get("kl") {
            parts.push(format!("KL {kl:.4}"));
        }
        if let (Some(rate), Some(unit)) = (p.rate, &p.rate_unit) {
            parts.push(format!("{rate:.1} {unit}"));
        }
        if let Some(eta) = p.eta_s {
            parts.push(self.out.t("cli-left", &[("seconds", format!("{eta:.0}").into())]));
        }
        if p.rss_bytes > 0.0 {
            parts.push(format!("{:.0} MiB", p.rss_bytes / MIB));
        }
        parts.join(" · ")
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
