//! Finds what a shell would replace or run.

const QUOTES: &str = "it has `$'…'`, the quoting of some shells only; write `'…'`";

/// Refuses what only a shell can read: `$NAME`, `$(command)`, and the end of the command. Quotes keep most of it as it is.
pub(super) fn refuse(command: &str) -> Result<(), String> {
    let (mut in_single, mut in_double, mut in_comment) = (false, false, false);
    let (mut has_begun, mut is_over) = (false, false);
    let mut is_start = true;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        let is_unquoted = !in_single && !in_double;
        let is_space = matches!(character, ' ' | '\t' | '\n');
        match character {
            '\n' if is_unquoted => {
                in_comment = false;
                is_over = has_begun;
            }
            _ if in_comment || is_unquoted && is_space => {}
            '#' if is_unquoted && is_start => in_comment = true,
            _ if is_over => {
                return Err(
                    "the command ends with its first line; end the line with `\\` to go on".into(),
                );
            }
            '\'' if !in_double => in_single = !in_single,
            _ if in_single => {}
            '"' => in_double = !in_double,
            '\\' => {
                characters.next();
            }
            _ => refuse_special(character, characters.as_str(), is_unquoted)?,
        }
        has_begun |= !is_space && !in_comment;
        is_start = is_space;
    }
    Ok(())
}

/// Refuses a character outside single quotes that a shell would act on.
fn refuse_special(character: char, rest: &str, is_unquoted: bool) -> Result<(), String> {
    match character {
        '$' if is_unquoted && rest.starts_with(['\'', '"']) => Err(QUOTES.into()),
        '$' => match variable(rest).and_then(|length| rest.get(..length)) {
            None => Ok(()),
            Some(variable) => Err(format!(
                "`${variable}` is for a shell, which does not run here; write its value instead"
            )),
        },
        '`' => Err(
            "what is in backticks is for a shell, which does not run here; write its value instead"
                .into(),
        ),
        '&' | ';' | '|' | '<' | '>' | '(' | ')' if is_unquoted => Err(format!(
            "`{character}` is for a shell, which does not run here; put it in quotes, or leave out what follows"
        )),
        _ => Ok(()),
    }
}

/// The length of a variable's name after `$`.
fn variable(rest: &str) -> Option<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match rest.chars().next()? {
        '{' => Some(rest.find('}').map_or(rest.len(), |end| end + 1)),
        // What the command prints may be a secret.
        '(' => Some(1),
        c if c.is_ascii_alphabetic() || c == '_' => {
            Some(rest.find(|c| !is_name(c)).unwrap_or(rest.len()))
        }
        c if c.is_ascii_digit() || "@*#?$!-".contains(c) => Some(1),
        _ => None,
    }
}
