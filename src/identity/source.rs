//! One identity source: parsed once from API Gateway's expression, read from each request.

use std::{borrow::Cow, fmt, str::FromStr};

use http::HeaderName;

use crate::{
    api::is_stage_variable_name,
    context::{ContextVariable, NotUtf8, RequestContext, is_parameter_name, last_value},
    error::ConfigError,
};

/// A place in a request that holds a credential, or a part of one.
///
/// Written as on a REST API: `method.request.header.NAME`, `method.request.querystring.NAME`,
/// `stageVariables.NAME` or `context.NAME`.
///
/// ```
/// use tower_lambda_authorizer::IdentitySource;
///
/// let source: IdentitySource = "method.request.header.Authorization".parse()?;
/// assert_eq!(source.to_string(), "method.request.header.Authorization");
///
/// let error = "method.request.path.petId".parse::<IdentitySource>().unwrap_err();
/// assert!(error.to_string().contains("`method.request.path.petId`"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// Header names match in any case, the other names only in their own. Of a repeated header or query
/// parameter the last value counts. Query values are percent-decoded. A value that is empty (for a
/// header: nothing but blanks) is as good as missing, and so is one that is not UTF-8. A `$context`
/// variable that exists only inside AWS, such as `context.identity.user`, is accepted and always missing.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentitySource {
    expression: Box<str>,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Header(HeaderName),
    QueryString(Box<str>),
    StageVariable(Box<str>),
    Context(ContextVariable),
}

/// Why a request has no usable value for an identity source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityProblem {
    Missing,
    Empty,
    NotUtf8,
}

impl IdentitySource {
    /// The `Authorization` header, the source of a TOKEN authorizer unless another is named.
    pub(crate) fn authorization_header() -> Self {
        Self {
            expression: "method.request.header.Authorization".into(),
            place: Place::Header(http::header::AUTHORIZATION),
        }
    }

    pub(crate) fn is_header(&self) -> bool {
        matches!(self.place, Place::Header(_))
    }

    /// Whether only the router in front knows the value.
    pub(crate) fn asks_the_router(&self) -> bool {
        self.place == Place::Context(ContextVariable::ResourcePath)
    }

    /// The value of this source in a request. Linear in the part of the request that it reads.
    pub(crate) fn read<'r>(
        &self,
        request: &'r RequestContext<'_>,
    ) -> Result<Cow<'r, str>, IdentityProblem> {
        let value = match &self.place {
            Place::Header(name) => request
                .header(name)
                .map_err(|NotUtf8| IdentityProblem::NotUtf8)?,
            Place::QueryString(name) => {
                last_value(request.query(), name).map_err(|NotUtf8| IdentityProblem::NotUtf8)?
            }
            Place::StageVariable(name) => {
                let variables = request.api().stage_variables();
                variables.get(&**name).map(Into::into)
            }
            Place::Context(variable) => request.variable(*variable),
        };
        let value = value.ok_or(IdentityProblem::Missing)?;
        if value.is_empty() {
            return Err(IdentityProblem::Empty);
        }
        Ok(value)
    }
}

impl FromStr for IdentitySource {
    type Err = ConfigError;

    fn from_str(expression: &str) -> Result<Self, ConfigError> {
        let place = parse_place(expression).map_err(|problem| ConfigError::IdentitySource {
            expression: expression.to_owned(),
            problem,
        })?;
        Ok(Self {
            expression: expression.into(),
            place,
        })
    }
}

fn parse_place(expression: &str) -> Result<Place, String> {
    if let Some(name) = expression.strip_prefix("method.request.header.") {
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let header = header.filter(|_| is_parameter_name(name));
        return header
            .map(Place::Header)
            .ok_or_else(|| parameter_name_problem("header", name));
    }
    if let Some(name) = expression.strip_prefix("method.request.querystring.") {
        let known = is_parameter_name(name).then(|| Place::QueryString(name.into()));
        return known.ok_or_else(|| parameter_name_problem("query parameter", name));
    }
    if let Some(name) = expression.strip_prefix("stageVariables.") {
        let known = is_stage_variable_name(name).then(|| Place::StageVariable(name.into()));
        return known.ok_or_else(|| {
            format!("the name of a stage variable is made of ASCII letters, digits and `_`, not `{name}`")
        });
    }
    if let Some(name) = expression.strip_prefix("context.") {
        return ContextVariable::parse(name).map(Place::Context).ok_or_else(|| {
            format!(
                "`{name}` is not a `$context` variable that a request has before it is authorized; \
                 such are {}",
                ContextVariable::known_names()
            )
        });
    }
    Err(
        "a REST API allows `method.request.header.NAME`, `method.request.querystring.NAME`, \
         `stageVariables.NAME` and `context.NAME`"
            .into(),
    )
}

fn parameter_name_problem(what: &str, name: &str) -> String {
    format!(
        "the name of a {what} is made of ASCII letters, digits, `.`, `_`, `$` and `-`, not `{name}`"
    )
}

impl fmt::Display for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expression)
    }
}

impl fmt::Debug for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentitySource({})", self.expression)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_other_kinds_are_refused_with_what_is_allowed() {
        for (expression, hint) in [
            ("", "method.request.header.NAME"),
            ("Authorization", "method.request.header.NAME"),
            (
                "$request.header.Authorization",
                "method.request.header.NAME",
            ),
            ("Method.Request.Header.X", "method.request.header.NAME"),
            ("method.request.path.id", "method.request.querystring.NAME"),
            ("method.request.header.", "name of a header"),
            ("method.request.header.a b", "name of a header"),
            ("method.request.header.a!b", "name of a header"),
            (
                "method.request.querystring.a[b]",
                "name of a query parameter",
            ),
            ("stageVariables.a-b", "name of a stage variable"),
            ("context.authorizer.principalId", "identity.sourceIp"),
            (" method.request.header.A", "method.request.header.NAME"),
        ] {
            let error = expression
                .parse::<IdentitySource>()
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("`{expression}`")), "{error}");
            assert!(error.contains(hint), "{error}");
        }
    }
}
