//! Words that must not be shown, logged or left in memory.

use serde::Deserialize;
use std::fmt;
use zeroize::Zeroize;

/// A passphrase on its way in: it never leaves again, and is wiped when dropped.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The words.
    pub(crate) fn words(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Secret {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_secret_is_never_shown() {
        let request = crate::SignIn {
            name: "青木".into(),
            passphrase: Some("紫の傘と雨の夜".into()),
            ..crate::SignIn::default()
        };
        assert!(!format!("{request:?}").contains('傘'));
    }
}
