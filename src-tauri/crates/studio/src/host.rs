//! Which hosts a project's cases may be sent to, and what was sent.

use serde::{Deserialize, Serialize};
use shinsa_judge::remote::{Endpoint, LoggedRequest, RemoteError};
use std::path::{Path, PathBuf};

use crate::studio::Open;
use crate::{Studio, StudioError};

/// The setting: a sorted list of `host:port`. Absent is empty: nothing leaves.
const HOSTS: &str = "judge-hosts";
/// The record of requests, in the project's folder. It holds no case and no key.
const REQUESTS: &str = "requests.jsonl";
/// More lines than anybody looks at.
const MOST_BYTES: u64 = 1 << 30;

/// The latest requests that a window shows.
const SHOWN: usize = 100;

/// An endpoint that judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeEndpoint {
    /// `http(s)://host:port`, with or without `/v1`.
    pub url: String,
    /// The model's name there.
    pub model: String,
}

/// The hosts that are allowed, and what left for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostsReply {
    /// Allowed hosts, as `host:port`, sorted.
    pub hosts: Vec<String>,
    /// The file that records every request.
    pub log: String,
    /// Its lines, oldest first.
    pub requests: Vec<LoggedRequest>,
}

/// The same as a window shows it: the latest requests alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HostsView {
    /// Allowed hosts, as `host:port`, sorted.
    pub hosts: Vec<String>,
    /// The host that is proposed, on this machine.
    pub proposed: String,
    /// The file that records every request.
    pub log: String,
    /// How many lines it has.
    pub lines: u32,
    /// The latest of them, latest first.
    pub latest: Vec<RequestView>,
}

/// A line of the record of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RequestView {
    /// Milliseconds since 1970.
    pub at: f64,
    /// `host:port`.
    pub host: String,
    /// The output's key.
    pub item: String,
    /// The sample's number.
    pub sample: u32,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Bytes that left.
    pub bytes: f64,
    /// `sent`, then the HTTP status, or words for why there is none.
    pub status: String,
}

/// An address before anything is sent there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HostCheck {
    /// Its host, as `host:port`.
    pub host: String,
    /// Whether the lead allows it.
    pub allowed: bool,
    /// Whether what is sent could be read on its way.
    pub readable: bool,
}

impl From<HostsReply> for HostsView {
    #[allow(clippy::cast_precision_loss)] // times and sizes, far below 2^53
    fn from(reply: HostsReply) -> Self {
        let latest = reply.requests.iter().rev().take(SHOWN).map(|line| RequestView {
            at: line.at as f64,
            host: line.host.clone(),
            item: line.item.clone(),
            sample: line.sample,
            attempt: line.attempt,
            bytes: line.bytes as f64,
            status: line.status.clone(),
        });
        Self {
            latest: latest.collect(),
            lines: crate::project::small(reply.requests.len()),
            proposed: Endpoint::PROPOSED.to_owned(),
            hosts: reply.hosts,
            log: reply.log,
        }
    }
}

impl JudgeEndpoint {
    /// Whether what is sent there could be read on its way: plain http to another
    /// machine.
    ///
    /// # Errors
    /// `endpoint-url`.
    pub fn is_readable_on_its_way(&self) -> Result<bool, StudioError> {
        Ok(Endpoint::parse(&self.url)?.is_readable_on_its_way())
    }
}

impl From<RemoteError> for StudioError {
    fn from(error: RemoteError) -> Self {
        shinsa_judge::JudgeError::from(error).failure().into()
    }
}

impl Open {
    /// The hosts that the lead allows.
    pub(crate) fn hosts(&self) -> Result<Vec<String>, StudioError> {
        let viewer = self.viewer()?;
        match self.project.view(&viewer).setting(HOSTS)? {
            Some(value) => Ok(serde_json::from_value(value)?),
            None => Ok(Vec::new()),
        }
    }
}

/// Where a project records what left.
pub(crate) fn requests_file(project: &Path) -> PathBuf {
    project.join(REQUESTS)
}

impl Studio {
    /// Allows a host by name, so that cases may be sent there for judging;
    /// without one, the proposed host on this machine.
    ///
    /// # Errors
    /// `endpoint-url`, `lead-only`.
    pub fn allow_host(&self, host: Option<&str>) -> Result<HostsReply, StudioError> {
        let host = Endpoint::host_of(host.unwrap_or(Endpoint::PROPOSED))?;
        self.change_hosts("allow-host", |hosts| {
            if !hosts.contains(&host) {
                hosts.push(host);
                hosts.sort();
            }
        })
    }

    /// Allows a host no longer.
    ///
    /// # Errors
    /// `endpoint-url`, `lead-only`.
    pub fn deny_host(&self, host: &str) -> Result<HostsReply, StudioError> {
        let host = Endpoint::host_of(host)?;
        self.change_hosts("deny-host", |hosts| hosts.retain(|allowed| *allowed != host))
    }

    fn change_hosts(
        &self,
        operation: &'static str,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<HostsReply, StudioError> {
        self.with(|open| {
            open.lead()?;
            let before = open.hosts()?;
            let mut hosts = before.clone();
            change(&mut hosts);
            if hosts != before {
                let value = serde_json::to_value(&hosts)?;
                let op = open.op(&self.ctx, operation)?;
                open.project.transact(&op, |tx| tx.set_setting(HOSTS, &value))?;
            }
            Ok(())
        })?;
        self.hosts()
    }

    /// What would become of an address: its host, whether that is allowed, and
    /// whether what is sent there could be read on its way. Connects to nothing.
    ///
    /// # Errors
    /// `lead-only`, `endpoint-url`.
    pub fn check_host(&self, url: &str) -> Result<HostCheck, StudioError> {
        let allowed = self.with(|open| {
            open.lead()?;
            open.hosts()
        })?;
        let endpoint = Endpoint::parse(url)?;
        Ok(HostCheck {
            host: endpoint.host().to_owned(),
            allowed: endpoint.allowed_by(&allowed).is_ok(),
            readable: endpoint.is_readable_on_its_way(),
        })
    }

    /// The allowed hosts and the record of what left. For the lead: the record
    /// names outputs that a rater may not know of.
    ///
    /// # Errors
    /// `lead-only`, or when the record can't be read.
    pub fn hosts(&self) -> Result<HostsReply, StudioError> {
        let (hosts, file) = self.with(|open| {
            open.lead()?;
            Ok((open.hosts()?, requests_file(open.project.path())))
        })?;
        let text = if shinsa_fsio::is_file(&file) {
            shinsa_fsio::read_to_string(&file, MOST_BYTES)?
        } else {
            String::new()
        };
        // A last line that a power cut left half is no line.
        let requests = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok(HostsReply { hosts, log: file.display().to_string(), requests })
    }
}
