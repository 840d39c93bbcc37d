//! Memory of this process and everything it started.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How often the known processes are read.
const SAMPLE: Duration = Duration::from_millis(100);
/// How often new descendants are looked for (this reads every process of the machine).
const SCAN: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
struct Shared {
    now: AtomicU64,
    peak: AtomicU64,
    stop: AtomicBool,
}

/// Samples the summed resident memory of this process and its descendants on a
/// thread, ten times a second, until dropped. Pages that two processes share
/// count twice, so the sum errs on the high side.
#[derive(Debug)]
pub struct TreeMemory {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl TreeMemory {
    /// Starts sampling. Where the system tells nothing, the figures stay 0.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("memory".into()).spawn(move || sample(&theirs)).ok();
        TreeMemory { shared, thread }
    }

    /// Bytes at the last sample.
    pub fn now(&self) -> u64 {
        self.shared.now.load(Ordering::Relaxed)
    }

    /// Most bytes at any sample.
    pub fn peak(&self) -> u64 {
        self.shared.peak.load(Ordering::Relaxed)
    }
}

impl Drop for TreeMemory {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A sampler that panicked has nothing left to tell.
            let _ = thread.join();
        }
    }
}

/// Resident memory of this process alone, bytes; 0 where the system tells nothing.
pub fn rss_bytes() -> u64 {
    let (Ok(pid), Ok(mut system)) = (sysinfo::get_current_pid(), System::new()) else {
        return 0;
    };
    refresh(&mut system, ProcessesToUpdate::Some(&[pid]));
    system.process(pid).map_or(0, |process| process.memory())
}

/// Memory that this process may still take without driving the machine to swap,
/// bytes: what the system calls available, or what its control group has left if
/// that is less. `None` where the system tells nothing.
pub fn free_bytes() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let group = system.cgroup_limits().map_or(u64::MAX, |limits| limits.free_memory);
    Some(system.available_memory().min(group)).filter(|bytes| *bytes > 0)
}

fn refresh(system: &mut System, which: ProcessesToUpdate<'_>) {
    let kind = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(which, true, kind);
}

fn sample(shared: &Shared) {
    let (Ok(root), Ok(mut system)) = (sysinfo::get_current_pid(), System::new()) else {
        return;
    };
    let mut tree = vec![root];
    let mut scanned: Option<Instant> = None;
    while !shared.stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        if scanned.is_none_or(|at| now.duration_since(at) >= SCAN) {
            refresh(&mut system, ProcessesToUpdate::All);
            let parents: Vec<(Pid, Option<Pid>)> = system
                .processes()
                .iter()
                .filter(|(_, process)| process.thread_kind().is_none())
                .map(|(pid, process)| (*pid, process.parent()))
                .collect();
            tree = descendants(root, &parents);
            scanned = Some(now);
        } else {
            refresh(&mut system, ProcessesToUpdate::Some(&tree));
        }
        let sum = tree
            .iter()
            .filter_map(|pid| system.process(*pid))
            .map(|process| process.memory())
            .sum();
        shared.now.store(sum, Ordering::Relaxed);
        shared.peak.fetch_max(sum, Ordering::Relaxed);
        std::thread::park_timeout(SAMPLE);
    }
}

/// `root` and everything below it, in ascending order of process id.
fn descendants(root: Pid, parents: &[(Pid, Option<Pid>)]) -> Vec<Pid> {
    let mut found = BTreeSet::from([root]);
    loop {
        let before = found.len();
        for (pid, parent) in parents {
            if parent.is_some_and(|parent| found.contains(&parent)) {
                found.insert(*pid);
            }
        }
        if found.len() == before {
            return found.into_iter().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grandchildren_count_and_strangers_do_not() {
        let pid = |n: usize| Pid::from(n);
        let parents = [
            (pid(9), Some(pid(7))),
            (pid(7), Some(pid(5))),
            (pid(5), Some(pid(1))),
            (pid(8), Some(pid(1))),
            (pid(1), None),
        ];
        assert_eq!(descendants(pid(5), &parents), [pid(5), pid(7), pid(9)]);
    }

    #[test]
    fn free_memory_is_some_and_no_more_than_there_is() {
        let mut system = System::new().unwrap();
        system.refresh_memory();
        let free = free_bytes().unwrap();
        assert!(free > 1 << 20 && free <= system.total_memory(), "{free}");
    }

    #[test]
    fn the_peak_remembers_memory_that_is_gone() {
        let memory = TreeMemory::start();
        let wait = |enough: &dyn Fn() -> bool| {
            let start = Instant::now();
            while !enough() && start.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(20));
            }
            assert!(enough());
        };
        wait(&|| memory.now() > 0);
        let before = memory.peak();
        let size = 64 << 20;
        let block = vec![1u8; size];
        wait(&|| memory.peak() >= before + size as u64 / 2);
        assert_eq!(std::hint::black_box(&block)[size - 1], 1);
        drop(block);
        wait(&|| memory.now() < memory.peak());
        assert!(memory.peak() >= before + size as u64 / 2);
        assert!(rss_bytes() > 0);
    }
}
