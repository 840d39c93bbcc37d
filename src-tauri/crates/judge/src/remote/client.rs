//! One sample: asked for, asked for again, and read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jsonschema::Validator;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};
use shinsa_jobs::Failure;

use super::log::{Log, LoggedRequest, SENT};
use super::verdict::{Asked, Reply, read};
use super::{Endpoint, Outcome, RemoteError, RemoteSpec, retry};
use crate::JudgeError;
use crate::outline::Outline;
use crate::spec::{JudgeItem, sample_seed};

/// More than any verdict with its probabilities; a server may send anything.
const MOST_BYTES: usize = 8 << 20;
/// Longest excerpt of a server's own words.
const EXCERPT: usize = 200;
/// Alternatives per token that are asked for: the most that the API allows.
const ALTERNATIVES: u32 = 20;
/// Servers take seeds of different widths; all of them take 31 bits.
const SEED_BITS: u64 = 0x7FFF_FFFF;

/// What a schema is made into, once for all items that share it.
struct Form {
    validator: Validator,
    /// For reading levels; absent where the schema is none that we could decode.
    outline: Option<Outline>,
}

/// Everything that samples share.
pub(crate) struct Asker {
    spec: RemoteSpec,
    endpoint: Endpoint,
    client: Client,
    key: Option<HeaderValue>,
    forms: BTreeMap<String, Arc<Form>>,
    log: Log,
    /// Set once the endpoint refused to give probabilities: nobody asks it again.
    plain: AtomicBool,
}

/// What one attempt came to.
enum Attempt {
    Answer(Vec<u8>),
    Refused(Failure),
    /// Refused for the probabilities that were asked for, as it seems.
    WithoutProbabilities,
    /// Passing trouble: its words, and how long the server wants us to wait.
    Again(String, Option<Duration>),
    Gone(String),
}

impl Asker {
    pub(crate) fn new(
        spec: &RemoteSpec,
        endpoint: Endpoint,
        key: Option<String>,
    ) -> Result<Self, JudgeError> {
        let broken = |reason: String| RemoteError::Client { reason };
        let mut forms: BTreeMap<String, Arc<Form>> = BTreeMap::new();
        for item in &spec.items {
            let text = item.schema.to_string();
            if let Entry::Vacant(seat) = forms.entry(text) {
                let validator = jsonschema::validator_for(&item.schema)
                    .map_err(|error| JudgeError::Spec { reason: error.to_string() })?;
                let outline = Outline::from_schema(&item.schema).ok();
                seat.insert(Arc::new(Form { validator, outline }));
            }
        }
        let key = key.filter(|key| !key.trim().is_empty()).map(|key| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.trim()))
                // The key itself is not repeated.
                .map_err(|_| broken("the key holds characters that no header can".into()))?;
            value.set_sensitive(true);
            Ok::<_, RemoteError>(value)
        });
        // Another part of the process may have chosen one; any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_millis(spec.timeout_ms);
        let client = Client::builder()
            .user_agent(concat!("shinsa/", env!("CARGO_PKG_VERSION")))
            // Data goes to the allowed host and to nobody else: neither to where
            // it points nor through what the environment names.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .timeout(timeout)
            .build()
            .map_err(|error| broken(said(&error)))?;
        let log = Log::open(&spec.log, spec.now)?;
        let (key, plain) = (key.transpose()?, AtomicBool::new(false));
        Ok(Asker { spec: spec.clone(), endpoint, client, key, forms, log, plain })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether the endpoint refused to give probabilities.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer or no more hope for one.
    pub(crate) async fn sample(&self, index: usize, sample: u32) -> Result<Outcome, RemoteError> {
        let item = &self.spec.items[index];
        let seed = sample_seed(self.spec.seed, &item.id, sample) & SEED_BITS;
        let mut reason = String::new();
        let mut attempt = 0;
        // Asking once more without probabilities is no failed attempt.
        let mut most = self.spec.attempts;
        while attempt < most {
            attempt += 1;
            let began = Instant::now();
            let mut wait = None;
            let plain = self.is_plain();
            let body = self.body(item, seed, plain).to_string();
            match self.attempt(item, sample, attempt, body, plain).await? {
                Attempt::WithoutProbabilities => {
                    self.plain.store(true, Ordering::Relaxed);
                    most += 1;
                    continue;
                }
                Attempt::Answer(bytes) => {
                    let form = self.forms.get(&item.schema.to_string());
                    let asked = Asked { item: &item.id, sample, seed, took: began.elapsed() };
                    return Ok(match form {
                        Some(form) => verdict(&bytes, &asked, form),
                        // Every schema was read when the job began.
                        None => Outcome::Lost("the schema went missing".into()),
                    });
                }
                Attempt::Refused(failure) => return Ok(Outcome::Missing(failure)),
                Attempt::Gone(why) => return Ok(Outcome::Lost(why)),
                Attempt::Again(why, asked) => {
                    reason = why;
                    wait = asked.or(wait);
                }
            }
            if attempt < most {
                let first = Duration::from_millis(self.spec.backoff_ms);
                let wait = wait.unwrap_or_else(|| retry::backoff(first, attempt, seed));
                tokio::time::sleep(wait).await;
            }
        }
        Ok(Outcome::Lost(reason))
    }

    fn body(&self, item: &JudgeItem, seed: u64, plain: bool) -> Value {
        let sampling = &self.spec.sampling;
        let short = |value: f32| crate::passport::short(value);
        let mut body = json!({
            "model": self.spec.model,
            "messages": item.messages,
            "response_format": {"type": "json_schema", "json_schema": {
                "name": "verdict", "strict": true, "schema": item.schema}},
            "seed": seed,
            "temperature": short(sampling.temperature),
            "top_p": short(sampling.top_p),
            "max_tokens": self.spec.max_tokens,
            "stream": false,
        });
        if !plain {
            body["logprobs"] = json!(true);
            body["top_logprobs"] = json!(ALTERNATIVES);
        }
        // Not of the standard, so only where it was asked for.
        if sampling.top_k > 0 {
            body["top_k"] = json!(sampling.top_k);
        }
        body
    }

    async fn attempt(
        &self,
        item: &JudgeItem,
        sample: u32,
        attempt: u32,
        body: String,
        plain: bool,
    ) -> Result<Attempt, RemoteError> {
        let line = LoggedRequest {
            at: 0,
            host: self.endpoint.host().to_owned(),
            item: item.id.clone(),
            sample,
            attempt,
            bytes: body.len(),
            status: String::new(),
        };
        let request =
            self.client.post(self.endpoint.url()).header(CONTENT_TYPE, "application/json");
        let request = match &self.key {
            Some(key) => request.header(AUTHORIZATION, key.clone()),
            None => request,
        };
        self.log.add(&line, SENT)?;
        let mut response = match request.body(body).send().await {
            Ok(response) => response,
            Err(error) => {
                let why = trouble(&error);
                self.log.add(&line, &why)?;
                if let Some(reason) = certificate(&error) {
                    let host = self.endpoint.host().to_owned();
                    return Err(RemoteError::Certificate { host, reason });
                }
                return Ok(Attempt::Again(why, None));
            }
        };
        let status = response.status().as_u16();
        let bytes = whole(&mut response).await;
        self.log.add(
            &line,
            &match &bytes {
                Ok(_) => status.to_string(),
                Err(why) => format!("{status}, {why}"),
            },
        )?;
        self.judged(&response, status, bytes, plain)
    }

    /// How long the server wants us to wait.
    fn asked_wait<'r>(
        &self,
        header: &dyn Fn(HeaderName) -> Option<&'r str>,
    ) -> Result<Option<Duration>, ()> {
        let now = SystemTime::UNIX_EPOCH + self.log.now();
        retry::asked_wait(header(RETRY_AFTER), header(DATE), now)
    }

    /// What a status means.
    fn judged(
        &self,
        response: &Response,
        status: u16,
        bytes: Result<Vec<u8>, String>,
        plain: bool,
    ) -> Result<Attempt, RemoteError> {
        let host = self.endpoint.host().to_owned();
        let header = |name: HeaderName| response.headers().get(name).and_then(|v| v.to_str().ok());
        if status == 200 {
            return Ok(bytes.map_or_else(|why| Attempt::Again(why, None), Attempt::Answer));
        }
        let words = bytes.as_deref().map_or_else(|why| why.clone(), words);
        let reason = if words.is_empty() {
            format!("HTTP {status}")
        } else {
            format!("HTTP {status}: {words}")
        };
        match status {
            300..=399 => {
                let to = header(LOCATION).unwrap_or("?").chars().take(EXCERPT).collect();
                Err(RemoteError::Redirect { host, status, to })
            }
            401 | 403 => Err(RemoteError::Key { host, status }),
            404 | 405 => {
                Err(RemoteError::NotFound { host, model: self.spec.model.clone(), reason })
            }
            // A server that can't give probabilities says so by their name, or says nothing.
            400 | 422 | 501
                if !plain && (words.is_empty() || words.to_lowercase().contains("logprob")) =>
            {
                Ok(Attempt::WithoutProbabilities)
            }
            _ if retry::is_passing(status) => Ok(match self.asked_wait(&header) {
                Ok(wait) => Attempt::Again(reason, wait),
                Err(()) => Attempt::Gone(reason),
            }),
            _ => Ok(Attempt::Refused(
                Failure::new("endpoint-refused", format!("the endpoint refused this: {reason}"))
                    .with("reason", reason),
            )),
        }
    }
}

/// What is wrong with the endpoint's certificate, where that ended a connection.
fn certificate(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
        return Some(why.to_string());
    }
    // An I/O error's source is its cause's source: the cause itself is inside.
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(inside) => certificate(inside),
        None => error.source().and_then(certificate),
    }
}

fn verdict(bytes: &[u8], asked: &Asked<'_>, form: &Form) -> Outcome {
    match Reply::parse(bytes)
        .and_then(|reply| read(&reply, asked, &form.validator, form.outline.as_ref()))
    {
        Ok(record) => Outcome::Verdict(Box::new(record)),
        Err(failure) => Outcome::Missing(failure),
    }
}

/// The body, up to what is reasonable.
async fn whole(response: &mut Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Err(format!("the answer is longer than {MOST_BYTES} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Why there is no answer, without the address.
fn trouble(error: &reqwest::Error) -> String {
    if error.is_timeout() { "timed out".to_owned() } else { said(error) }
}

/// The innermost cause says most: "connection refused", "certificate unknown".
fn said(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string().chars().take(EXCERPT).collect()
}

/// What a server says of its own error.
fn words(bytes: &[u8]) -> String {
    let text = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => ["/error/message", "/error", "/message", "/detail"]
            .iter()
            .find_map(|at| value.pointer(at).and_then(Value::as_str).map(str::to_owned))
            .unwrap_or_default(),
        Err(_) => String::from_utf8_lossy(&bytes[..bytes.len().min(4 * EXCERPT)]).into_owned(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT).collect()
}
