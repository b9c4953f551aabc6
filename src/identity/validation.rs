//! The identity validation expression of a TOKEN authorizer.

use std::hash::Hash;

use regex::Regex;

use crate::error::ConfigError;

/// How much of the token (the header's whole value) the identity validation expression must match.
///
/// API Gateway does not document this, and no recording shows it. The default accepts the fewest tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ExpressionMatch {
    /// The expression must match the whole token.
    #[default]
    Whole,
    /// The expression must match the beginning of the token.
    Start,
    /// The expression must match some part of the token.
    Anywhere,
}

/// A compiled expression. Matching takes time linear in the value, for every expression.
#[derive(Debug, Clone)]
pub(crate) struct ValidationExpression {
    /// The expression as it was configured.
    text: Box<str>,
    regex: Regex,
}

impl ValidationExpression {
    pub(crate) fn new(expression: &str, extent: ExpressionMatch) -> Result<Self, ConfigError> {
        let refused = |error: regex::Error| ConfigError::ValidationExpression {
            expression: expression.to_owned(),
            problem: error.to_string(),
        };
        // Compiled without the anchors first: `a)|(?:b` must not become valid because of the parentheses.
        let by_itself = Regex::new(expression).map_err(refused)?;
        // The line break ends a comment of `(?x)`. In any other mode it would be literal text.
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

    /// Differs for different expressions, and for different extents of the match.
    pub(crate) fn distinction(&self) -> impl Hash + '_ {
        (&*self.text, self.regex.as_str())
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
    fn the_whole_value_must_match_by_default() {
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
    fn the_error_quotes_an_invalid_expression() {
        for expression in ["(", "a)|(?:b", "[z-a]"] {
            for extent in [ExpressionMatch::Whole, ExpressionMatch::Anywhere] {
                let error = ValidationExpression::new(expression, extent).unwrap_err();
                assert!(error.to_string().contains(expression), "{error}");
            }
        }
    }
}
