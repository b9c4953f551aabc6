//! The identity sources of an authorizer, in their order.

use std::str::FromStr;

use super::IdentitySource;
use crate::{api::Differences, error::ConfigError};

/// The [`IdentitySource`]s of an authorizer, in their order.
///
/// A request must contain all of them. Their values, in this order, are its identity. If a credential may be in one of
/// several places, [`IdentitySource::first_of`] makes one source of them.
///
/// Create it from one comma-separated string, as API Gateway writes it, or from a list of strings or sources. An empty list is
/// an error, because it is rarely intended: the authorizer would be called for every request. If you do intend that, use
/// [`IdentitySources::none`].
///
/// ```
/// use tower_lambda_authorizer::IdentitySources;
///
/// let one: IdentitySources =
///     "method.request.header.Authorization, method.request.querystring.tenant".parse()?;
/// let other = IdentitySources::try_from([
///     "method.request.header.Authorization",
///     "method.request.querystring.tenant",
/// ])?;
/// assert_eq!(one, other);
/// assert!("".parse::<IdentitySources>().is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdentitySources(Vec<IdentitySource>);

/// Where a list of sources has alternatives. In a key, the value in this position is followed by the mark of one of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alternatives {
    pub(crate) position: usize,
    pub(crate) count: usize,
}

impl IdentitySources {
    /// No identity source: the authorizer is called for every request, and its results are never cached.
    #[must_use]
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Iterates over the sources in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, IdentitySource> {
        self.0.iter()
    }

    /// Checks that each source is one of this type of API.
    pub(crate) fn of_api(self, row: &Differences) -> Result<Self, ConfigError> {
        let sources = self.0.into_iter().map(|source| source.of_api(row));
        let sources = Self(sources.collect::<Result<_, _>>()?);
        let mut combined = sources
            .iter()
            .filter(|source| !source.alternatives().is_empty());
        match (combined.next(), combined.next()) {
            (Some(_), Some(second)) => Err(ConfigError::IdentitySource {
                expression: second.to_string(),
                problem: "a list of sources has at most one `first_of`".to_owned(),
            }),
            _ => Ok(sources),
        }
    }

    /// The alternatives among the sources, if there are any.
    pub(crate) fn alternatives(&self) -> Option<Alternatives> {
        let mut counts = self
            .iter()
            .map(|source| source.alternatives().len())
            .enumerate();
        let (position, count) = counts.find(|(_, count)| *count > 0)?;
        Some(Alternatives { position, count })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses a comma-separated list. Its errors suggest this API's syntax.
    pub(crate) fn parse_for(row: &Differences, expressions: &str) -> Result<Self, ConfigError> {
        let expressions = comma_separated(expressions)?;
        Self::collect(expressions.map(|expression| IdentitySource::parse_for(row, expression)))
    }

    /// Parses each expression of a list. Its errors suggest this API's syntax.
    pub(crate) fn of_list_for(row: &Differences, list: &[String]) -> Result<Self, ConfigError> {
        let expressions = list.iter();
        Self::collect(expressions.map(|expression| IdentitySource::parse_for(row, expression)))
    }

    fn from_expressions<'e>(
        expressions: impl Iterator<Item = &'e str>,
    ) -> Result<Self, ConfigError> {
        Self::collect(expressions.map(str::parse))
    }

    fn collect(
        sources: impl Iterator<Item = Result<IdentitySource, ConfigError>>,
    ) -> Result<Self, ConfigError> {
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        if sources.is_empty() {
            return Err(ConfigError::NoIdentitySource);
        }
        Ok(Self(sources))
    }
}

impl<'s> IntoIterator for &'s IdentitySources {
    type Item = &'s IdentitySource;
    type IntoIter = std::slice::Iter<'s, IdentitySource>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromStr for IdentitySources {
    type Err = ConfigError;

    fn from_str(expressions: &str) -> Result<Self, ConfigError> {
        Self::from_expressions(comma_separated(expressions)?)
    }
}

fn comma_separated(expressions: &str) -> Result<impl Iterator<Item = &str>, ConfigError> {
    if expressions.trim().is_empty() {
        Err(ConfigError::NoIdentitySource)
    } else {
        Ok(expressions.split(',').map(str::trim))
    }
}

impl From<IdentitySource> for IdentitySources {
    fn from(source: IdentitySource) -> Self {
        Self(vec![source])
    }
}

/// Fails if the list is empty.
impl<const N: usize> TryFrom<[IdentitySource; N]> for IdentitySources {
    type Error = ConfigError;

    fn try_from(sources: [IdentitySource; N]) -> Result<Self, ConfigError> {
        Self::collect(sources.into_iter().map(Ok))
    }
}

/// Fails if the list is empty.
impl TryFrom<Vec<IdentitySource>> for IdentitySources {
    type Error = ConfigError;

    fn try_from(sources: Vec<IdentitySource>) -> Result<Self, ConfigError> {
        Self::collect(sources.into_iter().map(Ok))
    }
}

impl TryFrom<&str> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: &str) -> Result<Self, ConfigError> {
        expressions.parse()
    }
}

impl TryFrom<String> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: String) -> Result<Self, ConfigError> {
        expressions.parse()
    }
}

impl TryFrom<&[&str]> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: &[&str]) -> Result<Self, ConfigError> {
        Self::from_expressions(expressions.iter().copied())
    }
}

impl<const N: usize> TryFrom<[&str; N]> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: [&str; N]) -> Result<Self, ConfigError> {
        Self::from_expressions(expressions.into_iter())
    }
}

impl TryFrom<Vec<&str>> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: Vec<&str>) -> Result<Self, ConfigError> {
        Self::from_expressions(expressions.into_iter())
    }
}

impl TryFrom<Vec<String>> for IdentitySources {
    type Error = ConfigError;

    fn try_from(expressions: Vec<String>) -> Result<Self, ConfigError> {
        Self::from_expressions(expressions.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_invalid_expression_makes_the_list_invalid() {
        assert!(
            "method.request.header.A,,method.request.header.B"
                .parse::<IdentitySources>()
                .is_err()
        );
        assert!(
            "method.request.header.A,"
                .parse::<IdentitySources>()
                .is_err()
        );
        assert!(IdentitySources::try_from(["method.request.header.A", ""]).is_err());
        assert_eq!(
            IdentitySources::try_from([""; 0]),
            Err(ConfigError::NoIdentitySource)
        );
    }
}
