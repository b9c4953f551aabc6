//! Why an event cannot be read as a handler's type, without the event's values.

use std::any::type_name;

use crate::policy::OneLine;

type Error = serde_path_to_error::Error<serde_json::Error>;

/// serde's names for the kinds of JSON values.
const KINDS: [&str; 7] = [
    "null",
    "boolean",
    "integer",
    "floating point",
    "string",
    "sequence",
    "map",
];

/// The longest path in a message. A path contains names of headers and query parameters, which a client chooses.
const MAX_PATH_LENGTH: usize = 200;

/// The message for the error. It shows no value, which may be a credential.
pub(super) fn mismatch<T>(error: &Error) -> String {
    let path = error.path().to_string();
    let path: String = path.chars().take(MAX_PATH_LENGTH).collect();
    let problem = problem(&error.inner().to_string());
    let problem = problem.map_or_else(
        || " does not fit".to_owned(),
        |problem| format!(": {problem}"),
    );
    let path = OneLine(&path);
    format!(
        "the event cannot be read as `{}`: `{path}`{problem}",
        type_name::<T>()
    )
}

/// The parts of serde's message that come from the type. Other messages may quote the event.
fn problem(said: &str) -> Option<String> {
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    missing_field(said).or_else(|| invalid_type(said))
}

fn missing_field(said: &str) -> Option<String> {
    let name = said.strip_prefix("missing field `")?.strip_suffix('`')?;
    (!name.contains('`')).then(|| format!("missing field `{name}`"))
}

fn invalid_type(said: &str) -> Option<String> {
    let (found, expected) = said
        .strip_prefix("invalid type: ")?
        .rsplit_once(", expected ")?;
    let is_of_kind = |kind: &&str| {
        let value = found.strip_prefix(*kind);
        value.is_some_and(|value| value.is_empty() || value.starts_with(' '))
    };
    let kind = KINDS.into_iter().find(is_of_kind)?;
    Some(format!("invalid type: {kind}, expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_only_what_comes_from_the_type() {
        for (said, expected) in [
            (
                "missing field `token` at line 1 column 9",
                Some("missing field `token`"),
            ),
            ("missing field `token`: SECRET", None),
            ("missing field `token`, not `SECRET`", None),
            (
                r#"invalid type: string "SECRET, expected SECRET", expected u32 at line 1 column 9"#,
                Some("invalid type: string, expected u32"),
            ),
            (
                "invalid type: floating point `1.5`, expected a string",
                Some("invalid type: floating point, expected a string"),
            ),
            (
                "invalid type: null, expected u32",
                Some("invalid type: null, expected u32"),
            ),
            ("invalid type: SECRET, expected u32", None),
            ("invalid type: string SECRET", None),
            (r#"invalid value: string "SECRET", expected a date"#, None),
            ("unknown variant `SECRET`, expected `Bearer`", None),
            ("unknown field `SECRET`", None),
            ("SECRET", None),
        ] {
            assert_eq!(problem(said).as_deref(), expected, "{said}");
        }
    }
}
