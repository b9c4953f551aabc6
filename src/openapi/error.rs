//! The errors in a document, and in the code that goes with it.

use std::fmt::{self, Write};

use super::quoting::{MAX_LISTED, quoted_list, shortened_message, unquoted};
use crate::{api_type::ApiType, error::ConfigError, policy::OneLine};

/// A document could not be read as an [`ApiDefinition`](crate::openapi::ApiDefinition), or the definition could not be
/// turned into a layer.
///
/// Each message names the place in the document, quotes what is there (shortened if it is long), and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The document is neither JSON nor YAML.
    #[error("the document cannot be read: {problem}", problem = OneLine(problem))]
    Syntax {
        /// The parser's message, with line and column.
        problem: String,
    },
    /// The document exceeds a limit: it is larger, deeper or more convoluted than any real API's definition.
    #[error("the document exceeds a limit: {problem}", problem = OneLine(problem))]
    Limit {
        /// Which limit it exceeds.
        problem: String,
    },
    /// A part of the document is wrong.
    #[error("at `{place}`: {problem}", place = OneLine(place), problem = OneLine(problem))]
    Document {
        /// The place, as a JSON pointer; `/` is the whole document.
        place: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A file that the template names, or that the application supplied, cannot be read.
    #[error("the file {name}: {problem}")]
    File {
        /// The file's name in the template, quoted.
        name: String,
        /// What is wrong with it.
        problem: Box<DefinitionError>,
    },
    /// There are several errors.
    #[error("{}", each_on_a_line(problems))]
    Several {
        /// The errors, in the order in which they were found.
        problems: Vec<DefinitionError>,
    },
    /// API Gateway does not accept the configuration of an authorizer.
    #[error("the authorizer {name}: {problem}", name = OneLine(name), problem = OneLine(problem))]
    Authorizer {
        /// The authorizer's name, quoted.
        name: String,
        /// What is wrong with it.
        problem: ConfigError,
    },
    /// API Gateway does not accept the document's gateway responses.
    #[error("the gateway responses: {problem}", problem = OneLine(problem))]
    GatewayResponses {
        /// What is wrong with the responses.
        problem: ConfigError,
    },
    /// The document and the code name different authorizers.
    #[error("{}", OneLine(differing_names(missing, unknown)))]
    AuthorizersDiffer {
        /// Authorizers that an operation of the document names and the code does not supply.
        missing: Vec<String>,
        /// Authorizers that the code supplies and no operation of the document names.
        unknown: Vec<String>,
    },
    /// The code supplies an authorizer that is not a Lambda authorizer of the document.
    #[error("the document has no Lambda authorizer {name}; it has {known}", name = OneLine(name), known = OneLine(known))]
    NoSuchAuthorizer {
        /// The name, quoted.
        name: String,
        /// The authorizers of the document, quoted.
        known: String,
    },
    /// The code supplies an authorizer twice.
    #[error("the authorizer {name} is supplied twice; supply it once", name = OneLine(name))]
    SuppliedTwice {
        /// The name, quoted.
        name: String,
    },
    /// `leave_unchecked` names a scheme that the document does not have.
    #[error(
        "the document has no security scheme {name} that something else could check; it has {known} (a Lambda \
         authorizer is supplied with `authorizer(name, …)`)", name = OneLine(name), known = OneLine(known)
    )]
    NoSuchScheme {
        /// The name, quoted.
        name: String,
        /// The schemes of the document that are not Lambda authorizers, quoted.
        known: String,
    },
    /// The document describes another type of API than the code expects.
    #[error("the document does not describe {api_type}: {problem}", problem = OneLine(problem))]
    ApiType {
        /// The type that the code expects.
        api_type: ApiType,
        /// Why the document is not one of that type.
        problem: String,
    },
    /// Two operations cannot be told apart.
    #[error("the operation {operation}: {problem}", operation = OneLine(operation), problem = OneLine(problem))]
    Conflict {
        /// The operation, quoted.
        operation: String,
        /// What conflicts with it, and what to do.
        problem: String,
    },
    /// Operations are guarded by a scheme that is not a Lambda authorizer.
    #[error(
        "{scheme} is {kind}, which this crate cannot check, and it guards {operations}: have something else check it \
         and confirm that with `leave_unchecked(\"{name}\")`, or change the \
         document", scheme = OneLine(scheme), name = OneLine(unquoted(scheme)), kind = OneLine(kind),
        operations = OneLine(operations)
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
            "the document's operations name authorizers that the code does not supply: {names}; supply each with \
             `authorizer(name, …)`"
        );
    }
    if !unknown.is_empty() {
        let separator = if text.is_empty() { "" } else { ". And " };
        let names = quoted_list(unknown);
        let _ = write!(
            text,
            "{separator}the code supplies authorizers that no operation of the document names: {names}; check the \
             spelling, or remove them"
        );
    }
    text
}

/// Lists the errors one per line, as a compiler does.
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

impl DefinitionError {
    pub(crate) fn syntax(problem: impl fmt::Display) -> Self {
        let problem = problem.to_string();
        Self::Syntax {
            problem: shortened_message(&problem),
        }
    }

    /// An error about the document as a whole.
    pub(crate) fn of_document(problem: String) -> Self {
        let place = "/".into();
        Self::Document { place, problem }
    }

    /// Combines errors into one.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parsers_long_message_is_shortened() {
        let problem = DefinitionError::syntax("é".repeat(1 << 20)).to_string();
        assert!(problem.len() < 700, "{}", problem.len());
    }

    #[test]
    fn missing_and_unknown_names_are_both_reported() {
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
