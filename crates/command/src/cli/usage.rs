//! What is wrong with a command line, in one sentence.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

/// clap's message has several paragraphs: the problem, a tip, the usage. The first two are the sentence.
pub(super) fn failure(error: &clap::Error) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new(
            "a command is missing; write `lambda-authorizer explain …`, or `lambda-authorizer --help` for the list",
        );
    }
    let text = without_password(error);
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let (mut sentence, mut usage) = (String::new(), None);
    for line in text.lines().map(str::trim) {
        if let Some(line) = line.strip_prefix("Usage: ") {
            usage = Some(line);
            break;
        } else if line.starts_with("For more information") {
            break;
        } else if let Some(tip) = line.strip_prefix("tip: ") {
            sentence.push_str("; ");
            sentence.push_str(tip);
        } else if !line.is_empty() {
            let separator = if sentence.is_empty() { "" } else { " " };
            sentence.push_str(separator);
            sentence.push_str(line);
        }
    }
    Failure::new(match usage {
        Some(usage) => format!("{sentence}; usage: {usage}"),
        None => sentence,
    })
}

/// clap repeats the value that it refuses. A URL can have a password before the `@`.
fn without_password(error: &clap::Error) -> String {
    let text = error.to_string();
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) else {
        return text;
    };
    match value.rsplit_once('@') {
        Some((_, host)) => text.replace(value, &format!("…@{host}")),
        None => text,
    }
}
