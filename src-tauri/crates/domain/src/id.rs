//! Stable identifiers: one newtype each, all UUIDv7 (RFC 9562), so that ids
//! made later sort later.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id from the time (milliseconds since 1970) and ten random bytes.
            #[must_use]
            pub fn new(at: crate::Millis, random: [u8; 10]) -> Self {
                let ms = u64::try_from(at).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )*};
}

ids! {
    /// A project.
    ProjectId;
    /// A case.
    CaseId;
    /// A prompt: a case rendered through a prompt template.
    PromptId;
    /// An output.
    OutputId;
    /// A person who rates.
    RaterId;
    /// The device on which a rating event was made.
    DeviceId;
    /// A rating event.
    EventId;
    /// A rubric that is being written.
    DraftId;
    /// Two outputs for one person to compare.
    PairId;
    /// A plan of who is to rate what.
    PlanId;
    /// An output that came to its rater again.
    RepeatId;
    /// A gold rating.
    GoldId;
    /// A training or judging run.
    RunId;
    /// A verdict.
    VerdictId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let early = CaseId::new(1_000, [255; 10]);
        let late = CaseId::new(1_001, [0; 10]);
        assert!(early < late);
    }

    #[test]
    fn an_id_survives_text() {
        let id = OutputId::new(1_700_000_000_000, [7; 10]);
        assert_eq!(id.to_string().parse::<OutputId>().unwrap(), id);
    }
}
