//! Resources of statements that are written in Rust.

use std::borrow::Cow;

use crate::pattern::is_pattern;

/// An entry of `Resource` for [`Statement::invoke`](super::Statement::invoke): a pattern, or exactly one method ARN.
///
/// A string is a pattern, in which `*` and `?` are wildcards. A [`MethodArn`](crate::MethodArn) is literal, because
/// its method and path come from a client, who may have sent a `*`. To allow more than the current request, write a
/// pattern, or use [`PolicyBuilder`](super::PolicyBuilder).
///
/// ```
/// use execute_api_policy::{
///     Effect, EvaluationRequest, MethodArn, PolicyDocument, Statement, Verdict,
/// };
///
/// let stage = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
/// let asked: MethodArn = format!("{stage}/GET/pets/*").parse()?;
/// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [&asked])]);
///
/// let verdict = |path| {
///     let arn = format!("{stage}/GET{path}");
///     policy.compile().evaluate(&EvaluationRequest::invoke(&arn)).verdict()
/// };
/// assert_eq!(verdict("/pets/*"), Verdict::Allow);
/// assert_eq!(verdict("/pets/secret"), Verdict::ImplicitDeny);
/// assert!(policy.to_json().contains(r#""Version":"2012-10-17""#));
/// assert!(policy.to_json().contains(r#"/GET/pets/${*}""#));
/// # Ok::<(), execute_api_policy::InvalidArn>(())
/// ```
///
/// Escapes need the [`Version`](super::Version) `2012-10-17`, so a document with an escaped resource is written in
/// that version. This does not change the meaning of the other entries: a `${` that was plain text stays plain text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    text: String,
    is_escaped: bool,
}

impl Resource {
    /// Matches exactly this ARN. The parts before the resource must not have wildcards or variables.
    pub(crate) fn literal(arn: &str) -> Self {
        let is_escaped = is_pattern(arn);
        let text = if is_escaped {
            escaped(arn)
        } else {
            arn.to_owned()
        };
        Self { text, is_escaped }
    }

    /// The text of the entry, and whether it has to be read in the version with escapes.
    pub(super) fn into_parts(self) -> (String, bool) {
        (self.text, self.is_escaped)
    }
}

/// Escapes the text. A `$` that does not begin a variable, as in `$connect` and `$default`, is not escaped.
fn escaped(arn: &str) -> String {
    let mut escaped = String::with_capacity(arn.len() + 8);
    let mut rest = arn.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' | '?' => escaped.extend(['$', '{', c, '}']),
            '$' if rest.peek() == Some(&'{') => escaped.push_str("${$}"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Converts a text of the version without variables, so that it means the same in the version with variables.
pub(super) fn without_variables(text: &str) -> Cow<'_, str> {
    if text.contains("${") {
        text.replace("${", "${$}{").into()
    } else {
        text.into()
    }
}

impl From<String> for Resource {
    fn from(pattern: String) -> Self {
        Self {
            text: pattern,
            is_escaped: false,
        }
    }
}

/// Converts string types to patterns.
macro_rules! patterns {
    ($($text:ty),*) => {
        $(impl From<$text> for Resource {
            fn from(pattern: $text) -> Self {
                String::from(pattern).into()
            }
        })*
    };
}
patterns!(&str, &String, Box<str>, Cow<'_, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_escapes_wildcards_and_variables() {
        for (arn, text, is_escaped) in [
            ("arn:a:b:c:d:$connect", "arn:a:b:c:d:$connect", false),
            ("a/{id}$", "a/{id}$", false),
            ("a*b?", "a${*}b${?}", true),
            ("${k}", "${$}{k}", true),
            ("$$${*}", "$$${$}{${*}}", true),
            ("$*", "$${*}", true),
        ] {
            let resource = Resource::literal(arn);
            assert_eq!(
                resource.into_parts(),
                (text.to_owned(), is_escaped),
                "{arn}"
            );
        }
    }
}
