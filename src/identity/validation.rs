//! The identity validation expression of a TOKEN authorizer.

use regex::Regex;

use crate::error::ConfigError;

/// How much of the header's value the identity validation expression has to match.
///
/// API Gateway does not document it, and no recording settles it; the default lets least through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpressionMatch {
    /// The whole value.
    #[default]
    Whole,
    /// The beginning of the value, whatever follows.
    Start,
    /// Any part of the value.
    Anywhere,
}

/// A compiled expression. Matching is linear in the value, whatever the expression.
#[derive(Debug, Clone)]
pub(crate) struct ValidationExpression {
    /// As it was given.
    text: Box<str>,
    regex: Regex,
}

impl ValidationExpression {
    pub(crate) fn new(expression: &str, extent: ExpressionMatch) -> Result<Self, ConfigError> {
        let refused = |error: regex::Error| ConfigError::ValidationExpression {
            expression: expression.to_owned(),
            problem: error.to_string(),
        };
        // By itself first: `a)|(?:b` must not become valid by being put in brackets.
        let by_itself = Regex::new(expression).map_err(refused)?;
        // The line break ends a comment of `(?x)`; outside of that mode it would be text.
        let anchored = |end: &str| {
            Regex::new(&format!(r"\A(?:{expression}){end}"))
                .or_else(|_| Regex::new(&format!("\\A(?:{expression}\n){end}")))
        };
        let regex = match extent {
            ExpressionMatch::Whole => anchored(r"\z").map_err(refused)?,
            ExpressionMatch::Start => anchored("").map_err(refused)?,
            ExpressionMatch::Anywhere => by_itself,
        };
        Ok(Self {
            text: expression.into(),
            regex,
        })
    }

    pub(crate) fn accepts(&self, value: &str) -> bool {
        self.regex.is_match(value)
    }

    /// What tells it from others: what is matched, and how much of it.
    pub(crate) fn distinction(&self) -> String {
        format!("{} {}", self.text, self.regex.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(expression: &str, extent: ExpressionMatch, value: &str) -> bool {
        let expression = ValidationExpression::new(expression, extent).unwrap();
        expression.accepts(value)
    }

    #[test]
    fn the_whole_value_has_to_match_unless_told_otherwise() {
        use ExpressionMatch::*;
        assert!(accepts("a|ab", Whole, "ab"));
        assert!(!accepts("[a-z]+", Whole, "abc 123"));
        assert!(!accepts("(?m)^a$", Whole, "a\nb"));
        assert!(accepts("[a-z]+", Start, "abc 123"));
        assert!(!accepts("[a-z]+", Start, "1abc"));
        assert!(accepts("[a-z]+", Anywhere, "1abc2"));
        assert!(accepts("(?x) a b # comment", Whole, "ab"));
    }

    #[test]
    fn a_broken_expression_is_quoted() {
        for expression in ["(", "a)|(?:b", "[z-a]"] {
            for extent in [ExpressionMatch::Whole, ExpressionMatch::Anywhere] {
                let error = ValidationExpression::new(expression, extent).unwrap_err();
                assert!(error.to_string().contains(expression), "{error}");
            }
        }
    }
}
