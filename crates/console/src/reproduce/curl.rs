//! A `curl` command that sends a request again. Values are variables of the shell, such as `$AUTHORIZATION`.

use std::collections::HashSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{story::Story, summary::Summary};

/// The characters that are not encoded in the name of a query parameter are removed from the set.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A part of a word of the shell.
enum Piece {
    Literal(String),
    Variable(String),
}

use Piece::{Literal, Variable};

pub(crate) fn curl(summary: &Summary, story: &Story, host: &str) -> String {
    let mut variables = Variables::default();
    let mut words = vec!["curl".to_owned()];
    match summary.method.as_str() {
        "GET" => words.push("-i".to_owned()),
        // `-X HEAD` waits for a body.
        "HEAD" => words.push("-I".to_owned()),
        method => words.extend(["-i -X".to_owned(), word(&[Literal(method.to_owned())])]),
    }
    // Without these, curl would change such a path, or read it as several.
    if summary.path.contains("/.") {
        words.push("--path-as-is".to_owned());
    }
    if summary.path.contains(['[', ']', '{', '}']) {
        words.push("-g".to_owned());
    }
    let mut url = vec![Literal(format!("http://{host}{}", summary.path))];
    for (index, name) in super::query(story).enumerate() {
        let joint = if index == 0 { '?' } else { '&' };
        let encoded = utf8_percent_encode(name, NAME);
        url.push(Literal(format!("{joint}{encoded}=")));
        url.push(Variable(variables.named(name)));
    }
    words.push(word(&url));
    for name in super::headers(story) {
        let variable = variables.named(name);
        let pieces = [Literal(format!("{name}: ")), Variable(variable)];
        words.push(format!("-H {}", word(&pieces)));
    }
    words.join(" ")
}

/// One word of the shell. Only variables are expanded in it.
fn word(pieces: &[Piece]) -> String {
    let is_plain = |piece: &Piece| match piece {
        Literal(text) => text.chars().all(is_plain),
        Variable(_) => true,
    };
    let has_variables = pieces.iter().any(|piece| matches!(piece, Variable(_)));
    if !has_variables || !pieces.iter().all(is_plain) {
        return pieces.iter().map(quoted).collect();
    }
    let texts = pieces.iter().map(|piece| match piece {
        Literal(text) => text.clone(),
        Variable(name) => format!("${name}"),
    });
    // After a variable comes the end, or an `&`.
    format!("\"{}\"", texts.collect::<String>())
}

/// Whether a character has no special meaning inside double quotes.
fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || " :/?&=%-_.~+,;@".contains(character)
}

fn quoted(piece: &Piece) -> String {
    match piece {
        // It fails only for a NUL, which no URI, method or name of a header contains.
        Literal(text) => shlex::try_quote(text).unwrap_or_default().into_owned(),
        Variable(name) => format!("\"${name}\""),
    }
}

/// Names that are not used twice.
#[derive(Default)]
struct Variables(HashSet<String>);

impl Variables {
    fn named(&mut self, name: &str) -> String {
        let name = variable(name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = [name.clone()].into_iter().chain(numbered);
        let free = candidates.find(|candidate| self.0.insert(candidate.clone()));
        free.unwrap_or(name)
    }
}

/// `X_API_KEY` for `x-api-key`. A shell's own variables, such as `$PATH`, are not used, because they have values.
fn variable(name: &str) -> String {
    const SHELLS_OWN: [&str; 24] = [
        "CDPATH", "DISPLAY", "EDITOR", "ENV", "HISTFILE", "HOME", "HOSTNAME", "IFS", "LANG",
        "LINENO", "LOGNAME", "MAIL", "OLDPWD", "OPTARG", "OPTIND", "PATH", "PPID", "PWD", "RANDOM",
        "SECONDS", "SHELL", "TERM", "UID", "USER",
    ];
    let letter = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let variable: String = name.chars().map(letter).collect();
    let is_name = variable.starts_with(|first: char| first.is_ascii_uppercase());
    if is_name && !SHELLS_OWN.contains(&variable.as_str()) {
        variable
    } else {
        format!("REQUEST_{variable}")
    }
}
