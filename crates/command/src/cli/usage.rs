//! What is wrong with a command line, in one sentence.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::{Failure, in_one_line};

/// clap's message has several paragraphs: the problem, a tip, the usage.
pub(super) fn failure(error: &clap::Error) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => in_one_line(without_password(text)),
        _ => String::new(),
    };
    let help = help_of(error);
    let similar = |kind| match similar(error, kind) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("see `{help}`"),
    };
    Failure::new(match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing; write `lambda-authorizer explain …`, or `lambda-authorizer --help` for the list"
                .to_owned()
        }
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand);
            let remedy = similar(ContextKind::SuggestedSubcommand);
            format!("there is no command `{name}`; {remedy}")
        }
        ErrorKind::UnknownArgument => {
            let name = text(ContextKind::InvalidArg);
            if name.starts_with('-') {
                let remedy = match habit(&name, &help) {
                    Some(remedy) => remedy.to_owned(),
                    None => similar(ContextKind::SuggestedArg),
                };
                format!("there is no option `{name}` here; {remedy}")
            } else {
                format!("`{name}` is one argument too many; leave it out, or see `{help}`")
            }
        }
        ErrorKind::TooManyValues => {
            let value = text(ContextKind::InvalidValue);
            format!("`{value}` is one argument too many; leave it out, or see `{help}`")
        }
        ErrorKind::MissingRequiredArgument => {
            let (missing, are) = missing(error);
            format!("{missing} {are} missing; see `{help}`")
        }
        _ => in_the_words_of_clap(error),
    })
}

/// The names of the missing arguments, such as `DOCUMENT` and `--upstream URL`, and the verb: `is` or `are`.
fn missing(error: &clap::Error) -> (String, &'static str) {
    let names = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => names.as_slice(),
        _ => &[],
    };
    let names = names.iter().map(|name| {
        let name = name.trim_end_matches("...").replace(['<', '>'], "");
        format!("`{name}`")
    });
    let names: Vec<_> = names.collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    (names.join(" and "), are)
}

/// What to write instead of an option that other programs have.
fn habit(option: &str, help: &str) -> Option<&'static str> {
    let is_explain = help.contains(" explain ");
    match option {
        "-H" | "--header" if is_explain => Some(
            "write each header alone, in quotes, such as `'Authorization: TOKEN'`, or the whole command after `--curl`",
        ),
        "-X" | "--request" if is_explain => {
            Some("write the method before the path, such as `GET /pets`")
        }
        _ => None,
    }
}

/// The name that clap suggests.
fn similar(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => names.first().cloned(),
        _ => None,
    }
}

/// The command line that prints the help of this command: `lambda-authorizer serve --help`.
fn help_of(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let words = usage
        .split_whitespace()
        .skip_while(|word| *word == "Usage:");
    let names = words.take_while(|word| !word.starts_with(['<', '[', '-']));
    let names: Vec<_> = names.collect();
    match &*names {
        [] => "lambda-authorizer --help".to_owned(),
        names => format!("{} --help", names.join(" ")),
    }
}

/// The problem and the tip are the sentence.
fn in_the_words_of_clap(error: &clap::Error) -> String {
    let text = text_without_password(error);
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut sentence = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("Usage: ") || line.starts_with("For more information") {
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
    sentence
}

/// clap repeats the value that it refuses.
fn text_without_password(error: &clap::Error) -> String {
    let text = error.to_string();
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => text.replace(value, &without_password(value)),
        _ => text,
    }
}

/// A URL can have a password before the `@`.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => value.to_owned(),
    }
}
