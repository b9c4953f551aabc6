//! Patterns for actions: `execute-api:Invoke`, `execute-api:*`, `*`.

use smallvec::SmallVec;

use super::wildcard::Wildcard;
use crate::{heap::HeapBytes, hints::list_in_one_text};

/// One entry of `Action` or `NotAction`. ASCII case does not matter.
#[derive(Debug, Clone)]
pub(crate) enum ActionPattern {
    Everything,
    /// Not an action of any service, so it matches nothing.
    NotAnAction,
    /// The service and a pattern for the action's name, both in lower case.
    OfService {
        service: String,
        name: Wildcard,
    },
}

impl ActionPattern {
    /// Returns a message if the text is not an action.
    pub(crate) fn check(text: &str) -> Result<(), String> {
        if text == "execute-api:Invoke" || is_everything(text) || text.matches(':').count() == 1 {
            return Ok(());
        }
        Err(format!(
            "the action `{text}` is neither `*` nor of the form `service:name`, such as `execute-api:Invoke`{}",
            list_in_one_text(text)
        ))
    }

    pub(crate) fn new(text: &str) -> Self {
        if is_everything(text) {
            return Self::Everything;
        }
        let lower = text.to_ascii_lowercase();
        match lower.split_once(':') {
            Some((service, name)) if is_service(service) => Self::OfService {
                service: service.to_owned(),
                name: Wildcard::new(name),
            },
            _ => Self::NotAnAction,
        }
    }

    pub(crate) fn is_action(&self) -> bool {
        !matches!(self, Self::NotAnAction)
    }

    pub(crate) fn matches(&self, action: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::NotAnAction => false,
            Self::OfService { service, name } => {
                let Some((of, action)) = action.split_once(':') else {
                    return false;
                };
                of.eq_ignore_ascii_case(service) && matches_in_lower_case(name, action)
            }
        }
    }
}

impl HeapBytes for ActionPattern {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Everything | Self::NotAnAction => 0,
            Self::OfService { service, name } => service.heap_bytes() + name.heap_bytes(),
        }
    }
}

fn matches_in_lower_case(pattern: &Wildcard, name: &str) -> bool {
    let lower: SmallVec<[u8; 64]> = name.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
    std::str::from_utf8(&lower).is_ok_and(|name| pattern.matches(name))
}

/// Whether the text can be the name of a service, which cannot have wildcards.
fn is_service(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    !text.is_empty() && text.chars().all(fits)
}

fn is_everything(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_match_in_any_case() {
        for (pattern, matches) in [
            ("*", true),
            ("**", true),
            ("execute-api:Invoke", true),
            ("Execute-API:invoke", true),
            ("execute-api:*", true),
            ("execute-api:Inv?ke", true),
            ("execute-api:InvalidateCache", false),
            ("execute-api:", false),
            ("execute-api:Invoke,InvalidateCache", false),
            ("*:Invoke", false),
            ("execute-*:Invoke", false),
            ("s3:*", false),
        ] {
            ActionPattern::check(pattern).unwrap();
            assert_eq!(
                ActionPattern::new(pattern).matches("execute-api:invoke"),
                matches,
                "{pattern}"
            );
        }
    }

    #[test]
    fn an_action_has_one_colon() {
        for text in ["", "Invoke", "a:b:c"] {
            assert!(
                ActionPattern::check(text)
                    .unwrap_err()
                    .contains(&format!("`{text}`"))
            );
        }
    }
}
