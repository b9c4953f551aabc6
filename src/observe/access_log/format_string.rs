//! Splits a format string into text and variables.

use super::{similar_variable::similar_variable, variable::Variable};

const ROOT: &str = "context.";

/// The most characters of an unknown name that an error shows.
const MAX_SHOWN: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    Variable(Variable),
}

/// Splits a format string. A `$` before a letter or a brace must begin a variable.
pub(super) fn tokens(format: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('$') {
        push_text(&mut tokens, before);
        let name = name_at(after);
        if let Some((variable, after)) = variable_at(after) {
            tokens.push(Token::Variable(variable));
            rest = after;
        } else if name.is_empty() {
            push_text(&mut tokens, "$");
            rest = after;
        } else {
            return Err(unknown(name));
        }
    }
    push_text(&mut tokens, rest);
    Ok(tokens)
}

fn push_text(tokens: &mut Vec<Token>, text: &str) {
    match tokens.last_mut() {
        Some(Token::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => tokens.push(Token::Text(text.to_owned())),
    }
}

/// The variable at the beginning of the text, and what follows it.
fn variable_at(text: &str) -> Option<(Variable, &str)> {
    let name = name_at(text);
    let variable = Variable::parse(name.strip_prefix(ROOT)?)?;
    Some((variable, text.get(name.len()..)?))
}

/// The text in the position of a variable's name. A joint at its end does not belong to the name. A hyphen belongs to
/// it only in a key of the authorizer's context.
fn name_at(text: &str) -> &str {
    let may_have_hyphens = text.starts_with("context.authorizer.");
    let in_name =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_') || (c == '-' && may_have_hyphens);
    if text.starts_with('{') {
        let end = text.find('}').map_or(text.len(), |at| at + 1);
        return text.get(..end).unwrap_or_default();
    }
    if !text.starts_with(char::is_alphabetic) {
        return "";
    }
    let end = text.find(|c| !in_name(c)).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    name.trim_end_matches(['.', '_', '-'])
}

fn unknown(name: &str) -> String {
    let shown: String = name.chars().take(MAX_SHOWN).collect();
    let bare = shown.trim_start_matches('{').trim_end_matches('}');
    let similar = similar_variable(bare.strip_prefix(ROOT).unwrap_or(bare));
    format!(
        "`${shown}` is not a variable of access logs; the most similar one is `$context.{similar}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Token {
        Token::Text(text.to_owned())
    }

    fn variable(name: &str) -> Token {
        Token::Variable(Variable::parse(name).unwrap())
    }

    #[test]
    fn variables_are_found_in_text() {
        for (format, expected) in [
            ("$context.stage", vec![variable("stage")]),
            (
                "a $context.stage-$context.apiId.",
                vec![
                    text("a "),
                    variable("stage"),
                    text("-"),
                    variable("apiId"),
                    text("."),
                ],
            ),
            (
                "$context.authorizer.a-b-$context.stage",
                vec![variable("authorizer.a-b"), text("-"), variable("stage")],
            ),
            ("$$context.stage", vec![text("$"), variable("stage")]),
            ("costs $5 $", vec![text("costs $5 $")]),
        ] {
            assert_eq!(tokens(format).as_deref(), Ok(&*expected), "{format}");
        }
    }

    #[test]
    fn many_dollar_signs_take_linear_time() {
        assert!(tokens(&"$context.stage$".repeat(100_000)).is_ok());
        assert!(tokens(&"$".repeat(1_000_000)).is_ok());
    }
}
