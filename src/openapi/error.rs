//! What can be wrong with a document, or with the code that goes with it.

use std::fmt::{self, Write};

use crate::{api_type::ApiType, error::ConfigError, policy::OneLine};

/// An [`ApiDefinition`](crate::openapi::ApiDefinition) could not be read, or not be turned into a layer.
///
/// Each message says where in the document it is, quotes what is there (shortened, if it is long), and
/// says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The text is not JSON, or not YAML.
    #[error("the text cannot be read: {problem}", problem = OneLine(problem))]
    Syntax {
        /// What the parser says, with line and column.
        problem: String,
    },
    /// The text is larger, deeper or more convoluted than any API's definition.
    #[error("the text is refused: {problem}", problem = OneLine(problem))]
    Limit {
        /// Which limit it exceeds.
        problem: String,
    },
    /// Something in the document is not as it has to be.
    #[error("at `{place}`: {problem}", place = OneLine(place), problem = OneLine(problem))]
    Document {
        /// Where it is, as a JSON pointer; `/` is the document as a whole.
        place: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// A file that the template names, or that was handed over, cannot be read.
    #[error("the file {name}: {problem}")]
    File {
        /// The file's name as the template has it, quoted.
        name: String,
        /// What is wrong with it.
        problem: Box<DefinitionError>,
    },
    /// Several things are wrong. Each is an error of its own.
    #[error("{}", each_on_a_line(problems))]
    Several {
        /// The errors, in the order of the document.
        problems: Vec<DefinitionError>,
    },
    /// The configuration of an authorizer is not one that API Gateway accepts.
    #[error("the authorizer {name}: {problem}", name = OneLine(name), problem = OneLine(problem))]
    Authorizer {
        /// The authorizer's name, quoted.
        name: String,
        /// What is wrong with it.
        problem: ConfigError,
    },
    /// The document's gateway responses are not ones that API Gateway accepts.
    #[error("the gateway responses: {problem}", problem = OneLine(problem))]
    GatewayResponses {
        /// What is wrong with them.
        problem: ConfigError,
    },
    /// The document and the code do not have the same authorizers.
    #[error("{}", OneLine(differing_names(missing, unknown)))]
    AuthorizersDiffer {
        /// Authorizers that an operation of the document names and the code does not supply.
        missing: Vec<String>,
        /// Authorizers that the code supplies and no operation of the document names.
        unknown: Vec<String>,
    },
    /// The document has no Lambda authorizer of the name that the code supplies one for.
    #[error("the document has no Lambda authorizer {name}; it has {known}", name = OneLine(name), known = OneLine(known))]
    NoSuchAuthorizer {
        /// The name, quoted.
        name: String,
        /// The authorizers of the document, quoted.
        known: String,
    },
    /// The code supplies an authorizer twice.
    #[error("the authorizer {name} is supplied already; supply it once", name = OneLine(name))]
    SuppliedTwice {
        /// The name, quoted.
        name: String,
    },
    /// The document has no scheme of the name that is said to be checked elsewhere.
    #[error(
        "the document has no security scheme {name} that something else could check; it has {known} (a \
         Lambda authorizer is supplied with `authorizer(name, …)`)", name = OneLine(name), known = OneLine(known)
    )]
    NoSuchScheme {
        /// The name, quoted.
        name: String,
        /// The schemes of the document that are no Lambda authorizers, quoted.
        known: String,
    },
    /// The document is not one of the type of API that the code says.
    #[error("the document is not one of {api_type}: {problem}", problem = OneLine(problem))]
    ApiType {
        /// The type that the code says.
        api_type: ApiType,
        /// Why it is not.
        problem: String,
    },
    /// Two operations cannot be told apart.
    #[error("the operation {operation}: {problem}", operation = OneLine(operation), problem = OneLine(problem))]
    Conflict {
        /// The operation, quoted.
        operation: String,
        /// What is in its way, and what to do.
        problem: String,
    },
    /// Operations are guarded by something that is no Lambda authorizer.
    #[error(
        "{scheme} is {kind}, which this crate cannot check, and guards {operations}: let something else \
         check it and say so with `checked_elsewhere({scheme})`, or change the document", scheme = OneLine(scheme), kind = OneLine(kind), operations = OneLine(operations)
    )]
    UnsupportedScheme {
        /// The scheme's name, quoted.
        scheme: String,
        /// What kind of scheme it is.
        kind: String,
        /// The operations.
        operations: String,
    },
}

fn differing_names(missing: &[String], unknown: &[String]) -> String {
    let mut text = String::new();
    if !missing.is_empty() {
        let names = quoted_list(missing);
        let _ = write!(
            text,
            "the document's operations name authorizers that the code does not supply: {names}; \
             supply each with `authorizer(name, …)`"
        );
    }
    if !unknown.is_empty() {
        let separator = if text.is_empty() { "" } else { ". And " };
        let names = quoted_list(unknown);
        let _ = write!(
            text,
            "{separator}the code supplies authorizers that no operation of the document names: {names}; \
             check the spelling, or leave them out"
        );
    }
    text
}

/// As a compiler reports them.
fn each_on_a_line(problems: &[DefinitionError]) -> String {
    let mut text = format!("{} problems:", problems.len());
    for problem in problems.iter().take(MAX_LISTED) {
        let _ = write!(text, "\n- {problem}");
    }
    if let Some(more @ 1..) = problems.len().checked_sub(MAX_LISTED) {
        let _ = write!(text, "\n- and {more} more");
    }
    text
}

/// The most characters of a document's own text that a message repeats.
const MAX_QUOTED: usize = 80;

/// The most items that a message lists.
const MAX_LISTED: usize = 20;

/// A name in a table: escaped, and shortened if it is long.
pub(crate) fn shortened_name(name: &str) -> String {
    let quoted = quoted(name);
    quoted.trim_matches('`').to_owned()
}

/// A text in a message: quoted, escaped, and shortened if it is long.
pub(crate) fn quoted(text: &str) -> String {
    let shortened: String = text
        .chars()
        .take(MAX_QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    let ellipsis = if text.chars().nth(MAX_QUOTED).is_some() {
        "…"
    } else {
        ""
    };
    format!("`{shortened}{ellipsis}`")
}

/// Several texts in a message.
pub(crate) fn quoted_list<T: AsRef<str>>(texts: &[T]) -> String {
    let listed: Vec<_> = texts
        .iter()
        .take(MAX_LISTED)
        .map(|text| quoted(text.as_ref()))
        .collect();
    let more = texts.len().saturating_sub(MAX_LISTED);
    match more {
        0 => listed.join(", "),
        _ => format!("{} and {more} more", listed.join(", ")),
    }
}

impl DefinitionError {
    pub(crate) fn syntax(problem: impl fmt::Display) -> Self {
        let problem = problem.to_string();
        Self::Syntax {
            problem: shortened(&problem),
        }
    }

    /// Something about the document as a whole.
    pub(crate) fn of_document(problem: String) -> Self {
        let place = "/".into();
        Self::Document { place, problem }
    }

    /// One error, or all of them as one.
    pub(crate) fn all(errors: Vec<Self>) -> Self {
        let mut problems = Vec::new();
        for error in errors {
            match error {
                Self::Several { problems: more } => problems.extend(more),
                one => problems.push(one),
            }
        }
        match problems.len() {
            1 => problems.remove(0),
            _ => Self::Several { problems },
        }
    }

    pub(crate) fn limit(problem: impl Into<String>) -> Self {
        Self::Limit {
            problem: problem.into(),
        }
    }
}

/// A parser's message may repeat a name of the document as a whole.
fn shortened(message: &str) -> String {
    const HEAD: usize = 200;
    const TAIL: usize = 60;
    let length = message.chars().count();
    if length <= HEAD + TAIL {
        return message.to_owned();
    }
    let head: String = message.chars().take(HEAD).collect();
    let tail: String = message.chars().skip(length - TAIL).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(quoted("a`\n"), "`a`\\n`");
        assert!(quoted(&"x".repeat(1 << 20)).len() < 100);
        assert!(quoted_list(&vec!["x".repeat(1000); 1000]).len() < 2000);
        let problem = DefinitionError::syntax("é".repeat(1 << 20)).to_string();
        assert!(problem.len() < 700, "{}", problem.len());
    }

    #[test]
    fn both_differences_are_told() {
        let error = DefinitionError::AuthorizersDiffer {
            missing: vec!["a".into(), "b".into()],
            unknown: vec!["c".into()],
        };
        let text = error.to_string();
        assert!(text.contains("does not supply: `a`, `b`;"), "{text}");
        assert!(
            text.contains("no operation of the document names: `c`;"),
            "{text}"
        );
    }
}
