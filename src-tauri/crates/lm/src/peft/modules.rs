//! Which modules of the base an adapter says it adapts, and with which numbers:
//! PEFT's `target_modules`, `rank_pattern` and `alpha_pattern`.

use regex::Regex;
use serde_json::{Map, Value};

use crate::lora::Projection;

/// A module's name in the base model, as PEFT compares it.
pub(super) fn module(layer: usize, projection: Projection) -> String {
    format!("model.layers.{layer}.{}.{}", projection.parent(), projection.name())
}

/// `target_modules`.
#[derive(Debug, Clone)]
pub(super) enum Targets {
    /// A list: the name itself or its end, from a dot on.
    Named(Vec<String>),
    /// A text: it must match the whole name.
    Pattern(Regex),
    /// Whatever has tensors: no list, or one that other settings narrow.
    Given,
}

impl Targets {
    /// Reads the setting; `narrowed` says that other settings leave modules out.
    pub fn read(value: Option<&Value>, narrowed: bool) -> Result<Self, String> {
        match value {
            None => Ok(Self::Given),
            Some(Value::String(text)) if text == "all-linear" => {
                Ok(Self::named(Projection::ALL.map(|p| p.name().to_owned()).to_vec(), narrowed))
            }
            Some(Value::String(text)) => {
                // A pattern in a dialect that can't be read here is still a choice
                // that was made: then the tensors tell.
                let pattern = Regex::new(&format!("^(?:{text})$"));
                Ok(pattern.ok().filter(|_| !narrowed).map_or(Self::Given, Self::Pattern))
            }
            Some(Value::Array(names)) => {
                let names: Vec<String> =
                    names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                if names.is_empty() {
                    return Err("target_modules is empty".into());
                }
                for name in &names {
                    let last = name.rsplit('.').next().unwrap_or(name);
                    if Projection::from_name(last).is_none() {
                        return Err(format!(
                            "the target module {name} isn't one this engine adapts"
                        ));
                    }
                }
                Ok(Self::named(names, narrowed))
            }
            Some(other) => Err(format!("target_modules = {other} can't be read")),
        }
    }

    fn named(names: Vec<String>, narrowed: bool) -> Self {
        if narrowed { Self::Given } else { Self::Named(names) }
    }

    /// Whether this module must have its pair; `given` says that it has.
    pub fn wants(&self, module: &str, given: bool) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| {
                module.strip_suffix(name.as_str()).is_some_and(|r| r.is_empty() || r.ends_with('.'))
            }),
            Self::Pattern(pattern) => pattern.is_match(module),
            Self::Given => given,
        }
    }
}

/// `rank_pattern` or `alpha_pattern`: numbers for some modules, by patterns that
/// match the end of a name from a dot on; the first that matches counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers(Vec<(Regex, f64)>);

impl Numbers {
    /// Reads the setting called `key`.
    pub fn read(key: &str, value: Option<&Value>) -> Result<Self, String> {
        let none = Map::new();
        let entries = match value {
            None => &none,
            Some(Value::Object(entries)) => entries,
            Some(other) => return Err(format!("{key} = {other} can't be read")),
        };
        let mut numbers = Vec::new();
        for (name, value) in entries {
            let pattern = Regex::new(&format!("^(?:.*\\.)?(?:{name})$"))
                .map_err(|_| format!("{key} has the pattern {name:?}, which can't be read"))?;
            let number = value.as_f64().filter(|n| n.is_finite() && *n > 0.0);
            let number = number.ok_or_else(|| format!("{key} gives {name:?} the value {value}"))?;
            numbers.push((pattern, number));
        }
        Ok(Self(numbers))
    }

    /// The number of a module, if it has one of its own.
    pub fn of(&self, module: &str) -> Option<f64> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(module)).map(|(_, number)| *number)
    }
}
