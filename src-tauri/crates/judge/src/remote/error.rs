//! What keeps a remote job from starting or from ending.

use shinsa_fsio::FsError;
use thiserror::Error;

/// An error of judging through an endpoint.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// The address can't be used.
    #[error("{url} is no endpoint: {reason}; write it as http://host:port or https://host")]
    Url {
        /// As given, without what might be a password.
        url: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// The lead has not allowed this host.
    #[error(
        "{host} is not allowed in this project, so nothing was sent; the lead allows it with `shinsa host allow PROJECT {host}`"
    )]
    NotAllowed {
        /// `host:port`.
        host: String,
    },
    /// The endpoint points elsewhere, which nobody allowed.
    #[error(
        "{host} answered {status} and points to {to}; redirects are not followed: give that address itself, once its host is allowed"
    )]
    Redirect {
        /// `host:port`.
        host: String,
        /// HTTP status.
        status: u16,
        /// Where it points.
        to: String,
    },
    /// The endpoint wants a key, or another one.
    #[error("{host} refused the key ({status}); set SHINSA_ENDPOINT_KEY to a valid one")]
    Key {
        /// `host:port`.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// There is no such model or no such address.
    #[error(
        "{host} knows no model {model}, or is no OpenAI-compatible endpoint ({reason}); check both"
    )]
    NotFound {
        /// `host:port`.
        host: String,
        /// The model's name.
        model: String,
        /// The endpoint's words.
        reason: String,
    },
    /// The endpoint's certificate is not to be trusted; nothing was sent.
    #[error(
        "{host} has a certificate that can't be trusted ({reason}), so no case was sent; let whoever runs the server give it a certificate that this machine knows, or add its authority to this system's trusted ones"
    )]
    Certificate {
        /// `host:port`.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Some samples never got an answer.
    #[error(
        "{host} gave no answer to {count} requests ({reason}); the verdicts so far are kept: check the server and start the run again under the same name"
    )]
    Unfinished {
        /// `host:port`.
        host: String,
        /// Samples without an answer.
        count: usize,
        /// The last loss, in words.
        reason: String,
    },
    /// The HTTP client could not be made or broke.
    #[error("the connection could not be prepared: {reason}")]
    Client {
        /// What is known of it.
        reason: String,
    },
    /// The log of requests can't be written; nothing is sent unlogged.
    #[error(transparent)]
    Log(#[from] FsError),
}

impl RemoteError {
    /// A short name that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "endpoint-url",
            Self::NotAllowed { .. } => "endpoint-not-allowed",
            Self::Redirect { .. } => "endpoint-redirect",
            Self::Key { .. } => "endpoint-key",
            Self::NotFound { .. } => "endpoint-not-found",
            Self::Certificate { .. } => "endpoint-certificate",
            Self::Unfinished { .. } => "endpoint-unfinished",
            Self::Client { .. } => "endpoint-client",
            Self::Log(error) => error.code(),
        }
    }

    /// The values that a translated message needs, by name.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Url { url, reason } => vec![("url", url.clone()), ("reason", reason.clone())],
            Self::NotAllowed { host } => vec![("host", host.clone())],
            Self::Redirect { host, status, to } => {
                vec![("host", host.clone()), ("status", status.to_string()), ("to", to.clone())]
            }
            Self::Key { host, status } => {
                vec![("host", host.clone()), ("status", status.to_string())]
            }
            Self::NotFound { host, model, reason } => {
                vec![("host", host.clone()), ("model", model.clone()), ("reason", reason.clone())]
            }
            Self::Certificate { host, reason } => {
                vec![("host", host.clone()), ("reason", reason.clone())]
            }
            Self::Unfinished { host, count, reason } => vec![
                ("host", host.clone()),
                ("count", count.to_string()),
                ("reason", reason.clone()),
            ],
            Self::Client { reason } => vec![("reason", reason.clone())],
            Self::Log(_) => Vec::new(),
        }
    }
}
