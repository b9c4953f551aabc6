//! Finds the variables in the text of a template.

use super::Reference;

/// Where the next expression may begin. Request parameters need no `$`.
pub(super) fn next_expression(text: &str) -> Option<usize> {
    let dollar = text.find('$');
    // Search only up to the `$`. Otherwise each `$` would start another search of the rest.
    let before = text.get(..dollar.unwrap_or(text.len()));
    before?.find("method.request.").or(dollar)
}

/// What stands where an expression may begin.
pub(super) enum Found<'t> {
    /// With the text after it.
    Reference(Reference, &'t str),
    /// It begins like a variable but is not one.
    Unknown(&'t str),
    Unclosed,
    Text,
}

/// Reads the text from where an expression may begin.
pub(super) fn expression(text: &str) -> Found<'_> {
    let bare = text.strip_prefix('$').unwrap_or(text);
    let braced = bare.strip_prefix('{');
    if !is_rooted(braced.unwrap_or(bare)) {
        return Found::Text;
    }
    if let Some(braced) = braced {
        return match braced.split_once('}') {
            Some((name, after)) => match Reference::parse(name) {
                Some(reference) => Found::Reference(reference, after),
                None => Found::Unknown(name),
            },
            None => Found::Unclosed,
        };
    }
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = bare.find(|c| !in_name(c)).unwrap_or(bare.len());
    let (name, _) = bare.split_at(end);
    longest_reference(name).map_or(Found::Unknown(name), |(reference, length)| {
        Found::Reference(reference, bare.split_at(length).1)
    })
}

fn is_rooted(text: &str) -> bool {
    ["context.", "stageVariables.", "method.request."]
        .iter()
        .any(|root| text.starts_with(root))
}

/// The longest prefix that is a reference. The text after a reference may begin with a dot or a hyphen.
fn longest_reference(name: &str) -> Option<(Reference, usize)> {
    const JOINTS: [char; 3] = ['.', '_', '-'];
    let mut candidate = name.trim_end_matches(JOINTS);
    loop {
        if let Some(reference) = Reference::parse(candidate) {
            return Some((reference, candidate.len()));
        }
        candidate = candidate.get(..candidate.rfind(JOINTS)?)?;
        candidate = candidate.trim_end_matches(JOINTS);
    }
}
