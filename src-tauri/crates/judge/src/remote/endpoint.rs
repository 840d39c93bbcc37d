//! Where an endpoint is, and whether the lead allows its host.

use std::net::IpAddr;

use reqwest::Url;

use super::RemoteError;

/// The address of an endpoint's chat completions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    host: String,
}

const PATH: &str = "/chat/completions";

impl Endpoint {
    /// What is proposed where nobody names a host: llama-server's own default.
    pub const PROPOSED: &str = "127.0.0.1:8080";

    /// Reads `http(s)://host[:port][/v1]`.
    ///
    /// # Errors
    /// [`RemoteError::Url`].
    pub fn parse(text: &str) -> Result<Self, RemoteError> {
        let refuse = |reason: &str| {
            // A password in the address is repeated nowhere.
            let shown = text.rsplit('@').next().unwrap_or_default();
            Err(RemoteError::Url { url: shown.to_owned(), reason: reason.to_owned() })
        };
        let Ok(mut url) = Url::parse(text.trim()) else { return refuse("it can't be read") };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("it begins with neither http:// nor https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("a name or password doesn't belong in it");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("it has a part after ? or #");
        }
        let (Some(name), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return refuse("it names no host");
        };
        let host = format!("{}:{port}", name.to_ascii_lowercase());
        let path = url.path().trim_end_matches('/').to_owned();
        let path = match path.as_str() {
            "" => format!("/v1{PATH}"),
            whole if whole.ends_with(PATH) => path,
            _ => format!("{path}{PATH}"),
        };
        url.set_path(&path);
        Ok(Endpoint { url, host })
    }

    /// `host:port` of an address or of a host alone, as [`Endpoint::host`] writes it.
    ///
    /// # Errors
    /// [`RemoteError::Url`], also for a host without a port.
    pub fn host_of(text: &str) -> Result<String, RemoteError> {
        let text = text.trim();
        if text.contains("://") {
            return Self::parse(text).map(|endpoint| endpoint.host);
        }
        // As a URL of a scheme without a default port, so that none is guessed.
        let url = Url::parse(&format!("endpoint://{text}")).ok();
        let bare = url.filter(|url| {
            url.port().is_some()
                && matches!(url.path(), "" | "/")
                && url.username().is_empty()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if bare.is_none() {
            return Err(RemoteError::Url {
                url: text.rsplit('@').next().unwrap_or_default().to_owned(),
                reason: "a host is allowed as host:port".to_owned(),
            });
        }
        Self::parse(&format!("http://{text}")).map(|endpoint| endpoint.host)
    }

    /// `host:port`, lower case; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether what is sent could be read on its way: neither encrypted nor to this
    /// machine itself.
    #[must_use]
    pub fn is_readable_on_its_way(&self) -> bool {
        let name = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let here = match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => name.eq_ignore_ascii_case("localhost"),
        };
        self.url.scheme() == "http" && !here
    }

    /// The whole address.
    pub(crate) fn url(&self) -> Url {
        self.url.clone()
    }

    /// Checks the host against those that the lead allows.
    ///
    /// # Errors
    /// [`RemoteError::NotAllowed`].
    pub fn allowed_by(&self, allowed: &[String]) -> Result<(), RemoteError> {
        if allowed.contains(&self.host) {
            return Ok(());
        }
        Err(RemoteError::NotAllowed { host: self.host.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_completed_and_its_host_named_with_its_port() {
        let read = |text: &str| {
            let endpoint = Endpoint::parse(text).unwrap();
            (endpoint.url().to_string(), endpoint.host)
        };
        let whole = "http://localhost:8080/v1/chat/completions".to_owned();
        for text in ["http://LOCALHOST:8080", "http://localhost:8080/v1/", whole.as_str()] {
            assert_eq!(read(text), (whole.clone(), "localhost:8080".to_owned()), "{text}");
        }
        assert_eq!(read("https://ai.example/api/v1").1, "ai.example:443");
        assert_eq!(read("http://[::1]:9").1, "[::1]:9");
        assert_eq!(Endpoint::host_of("AI.example:443").unwrap(), "ai.example:443");
        assert_eq!(Endpoint::host_of("https://ai.example/v1").unwrap(), "ai.example:443");
        assert_eq!(Endpoint::host_of("ai.example:80").unwrap(), "ai.example:80");
    }

    #[test]
    fn what_is_no_endpoint_is_refused_and_a_password_is_not_repeated() {
        for text in ["", "ftp://h", "http://", "file:///x", "http://u:secret@h", "http://h?k=1"] {
            let error = Endpoint::parse(text).unwrap_err();
            assert_eq!(error.code(), "endpoint-url");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        for text in ["host", "host:80/x", "", "a@b:80", "h:99999"] {
            assert!(Endpoint::host_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_readable_on_its_way() {
        let ask = |text: &str| Endpoint::parse(text).unwrap().is_readable_on_its_way();
        assert!(ask("http://ward-server:8080") && ask("http://192.168.0.7:8080/v1"));
        assert!(ask("http://127.0.0.1.example:80") && ask("http://[2001:db8::1]:80"));
        for text in ["https://ward-server", "http://127.0.0.1:8080", "http://[::1]:9"] {
            assert!(!ask(text), "{text}");
        }
        assert!(!ask("http://LOCALHOST:8080"));
    }

    #[test]
    fn only_the_very_host_and_port_are_allowed() {
        let allowed = ["127.0.0.1:8080".to_owned()];
        let ask = |text: &str| Endpoint::parse(text).unwrap().allowed_by(&allowed).is_ok();
        assert!(ask("http://127.0.0.1:8080/v1"));
        assert!(!ask("http://127.0.0.1:8081") && !ask("http://localhost:8080"));
        assert!(!ask("http://127.0.0.1.example:8080"));
    }
}
