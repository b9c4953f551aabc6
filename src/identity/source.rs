//! One identity source: parsed once from API Gateway's expression, read from each request.

use std::{borrow::Cow, fmt, str::FromStr};

use http::HeaderName;

use crate::{
    api::{Differences, EventFormat, SourceSyntax, is_stage_variable_name},
    error::ConfigError,
    request::context::{
        AmbiguousCookie, ContextVariable, NotUtf8, RequestContext, cookie_value, is_cookie_name,
        is_empty_cookie, is_parameter_name,
    },
};

/// A place in a request that holds a credential, or a part of one.
///
/// Written as the type of API writes it:
///
/// | | REST API | HTTP API | WebSocket API |
/// |---|---|---|---|
/// | a header | `method.request.header.NAME` | `$request.header.NAME` | `route.request.header.NAME` |
/// | a query parameter | `method.request.querystring.NAME` | `$request.querystring.NAME` | `route.request.querystring.NAME` |
/// | a cookie (an extension) | `method.request.cookie.NAME` | `$request.cookie.NAME` | `route.request.cookie.NAME` |
/// | a stage variable | `stageVariables.NAME` | `$stageVariables.NAME` | `stageVariables.NAME` |
/// | a `$context` variable | `context.NAME` | `$context.NAME` | `context.NAME` |
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, IdentitySource, LambdaAuthorizerLayer, authorizer_fn,
/// };
///
/// let source: IdentitySource = "method.request.header.Authorization".parse()?;
/// assert_eq!(source.to_string(), "method.request.header.Authorization");
///
/// let error = "method.request.path.petId".parse::<IdentitySource>().unwrap_err();
/// assert!(error.to_string().contains("`method.request.path.petId`"));
///
/// // A layer takes the sources of its type of API only.
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// let layer = LambdaAuthorizerLayer::http_api(authorizer);
/// assert!(layer.identity_sources(source).is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// Header names match in any case, the other names only in their own. Query values are percent-decoded. A value that
/// is not UTF-8 is as good as missing. A `$context` variable that exists only inside AWS, such as
/// `context.identity.user`, is accepted and always missing.
///
/// `$context.routeKey` is missing where no router in front is known to have looked for a
/// [resource](crate::ResourceMatch), as around a whole axum router. In an axum fallback and in `nest_service` it is
/// `$default`, for all of them: as on API Gateway, the requests that no other route takes have one route, so add
/// `$context.path` where a kept answer must not hold for another of them.
///
/// On a REST or WebSocket API the last value of a repeated header or query parameter counts, and one that is empty
/// (for a header: nothing but blanks) is as good as missing. On an HTTP API, as recorded, an empty value is a value;
/// the values of a repeated header are joined by commas, and with the payload format 2.0 those of a query parameter,
/// too, so that `a,b` and twice, `a` and `b`, are one identity. On each of them, cookies in several lines are one value,
/// and so is a WebSocket handshake's `Sec-WebSocket-Protocol`.
///
/// # One cookie
///
/// API Gateway has no such source: there the whole header `Cookie` is one, so that any other cookie of the same browser
/// makes it another identity. With the extension a result is kept under one cookie's value:
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let authorizer = authorizer_fn(|request| async move {
///     Ok(match request.identity() {
///         [session] if session == "s3cret" => AuthorizerResponse::allow("*"),
///         _ => AuthorizerResponse::deny("*"),
///     })
/// });
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.cookie.session")?;
/// # let _ = layer;
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// The value counts as it was sent, with any quotes around it. An empty one (`session=`, `session=""`) is as good as
/// missing on every type of API. The name is made of ASCII letters, digits, `.`, `_`, `$` and `-`, does not begin with
/// `$`, and matches in its own case only.
///
/// Programs read cookies by different rules. If they may find different values, the answer is 401
/// ([`IdentitySourceAmbiguous`](crate::DenialReason::IdentitySourceAmbiguous)): the name comes twice with different
/// values, or once more in another case, percent-encoded, or behind a comma, a blank or a quote; the value has a blank,
/// a comma, a backslash, a quote inside, or anything but ASCII.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentitySource {
    expression: Box<str>,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Header(HeaderName),
    QueryString(Box<str>),
    Cookie(Box<str>),
    StageVariable(Box<str>),
    Context(ContextVariable),
}

/// The kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourcePlace {
    Header,
    QueryParameter,
    Cookie,
    StageVariable,
    Context,
}

impl SourcePlace {
    pub(crate) fn is_sent_by_client(self) -> bool {
        match self {
            Self::Header | Self::QueryParameter | Self::Cookie => true,
            Self::StageVariable | Self::Context => false,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::QueryParameter => "query parameter",
            Self::Cookie => "cookie",
            Self::StageVariable => "stage variable",
            Self::Context => "`$context` variable",
        }
    }
}

/// Why a request has no usable value for an identity source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityProblem {
    Missing,
    Empty,
    NotUtf8,
    /// Two readers may find two values.
    Ambiguous,
}

impl IdentitySource {
    /// The `Authorization` header in this API's syntax: the source of an authorizer unless another is named.
    pub(crate) fn authorization_header(syntax: &SourceSyntax) -> Self {
        Self {
            expression: format!("{}Authorization", syntax.header).into(),
            place: Place::Header(http::header::AUTHORIZATION),
        }
    }

    pub(crate) fn is_header(&self) -> bool {
        matches!(self.place, Place::Header(_))
    }

    /// Whether API Gateway has no such source.
    pub(crate) fn is_an_extension(&self) -> bool {
        matches!(self.place, Place::Cookie(_))
    }

    pub(crate) fn place(&self) -> SourcePlace {
        match self.place {
            Place::Header(_) => SourcePlace::Header,
            Place::QueryString(_) => SourcePlace::QueryParameter,
            Place::Cookie(_) => SourcePlace::Cookie,
            Place::StageVariable(_) => SourcePlace::StageVariable,
            Place::Context(_) => SourcePlace::Context,
        }
    }

    /// What stands behind the place in the expression.
    pub(crate) fn name(&self) -> &str {
        self.expression
            .strip_prefix(self.prefix())
            .unwrap_or_default()
    }

    /// What stands before the name in the expression.
    pub(crate) fn prefix(&self) -> &str {
        let mut prefixes = SourceSyntax::all().flat_map(|syntax| {
            [
                syntax.header,
                syntax.query_parameter,
                syntax.cookie,
                syntax.stage_variable,
                syntax.context,
            ]
        });
        let found = prefixes.find(|prefix| self.expression.starts_with(prefix));
        found.unwrap_or_default()
    }

    /// Whether only the router in front knows the value.
    pub(crate) fn asks_the_router(&self) -> bool {
        matches!(
            self.place,
            Place::Context(ContextVariable::ResourcePath | ContextVariable::RouteKey)
        )
    }

    /// The source as this type of API knows it, if it is written as that writes it.
    pub(crate) fn of_api(mut self, row: &Differences) -> Result<Self, ConfigError> {
        let syntax = &row.sources;
        let prefix = match self.place {
            Place::Header(_) => syntax.header,
            Place::QueryString(_) => syntax.query_parameter,
            Place::Cookie(_) => syntax.cookie,
            Place::StageVariable(_) => syntax.stage_variable,
            Place::Context(_) => syntax.context,
        };
        let Some(name) = self.expression.strip_prefix(prefix) else {
            let meant = match self.place {
                Place::Header(_) => true,
                _ if row.event == EventFormat::Token => false,
                Place::Context(_) => syntax.variables.contains(self.name()),
                Place::QueryString(_) | Place::Cookie(_) | Place::StageVariable(_) => true,
            };
            let meant = match meant {
                true => format!("did you mean `{prefix}{}`? ", self.name()),
                false => String::new(),
            };
            let problem = format!("{meant}{} allows {}", row.api_type, allowed(syntax));
            return Err(self.refused(problem));
        };
        if let Place::Context(variable) = &mut self.place {
            let variables = &syntax.variables;
            if !variables.contains(name) {
                let problem = format!(
                    "`{name}` is not a `$context` variable of {}; those that a request has before it is authorized are {}",
                    row.api_type,
                    variables.present.join(", ")
                );
                return Err(self.refused(problem));
            }
            if let Some(absent) = variables.absent.iter().find(|absent| **absent == name) {
                *variable = ContextVariable::Absent(absent);
            }
        }
        Ok(self)
    }

    /// An expression for this type of API. Only what an error says depends on it.
    pub(crate) fn parse_for(row: &Differences, expression: &str) -> Result<Self, ConfigError> {
        match is_bare_header(expression) {
            true => Err(ConfigError::IdentitySource {
                expression: expression.to_owned(),
                problem: format!(
                    "did you mean `{}{expression}`? {} allows {}",
                    row.sources.header,
                    row.api_type,
                    allowed(&row.sources)
                ),
            }),
            false => expression.parse(),
        }
    }

    fn refused(&self, problem: String) -> ConfigError {
        ConfigError::IdentitySource {
            expression: self.expression.to_string(),
            problem,
        }
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
            Place::QueryString(name) => request
                .query_parameter(name)
                .map_err(|NotUtf8| IdentityProblem::NotUtf8)?,
            Place::Cookie(name) => return read_cookie(request, name),
            Place::StageVariable(name) => {
                let variables = request.api().stage_variables();
                variables.get(&**name).map(Into::into)
            }
            Place::Context(variable) => request.variable(*variable),
        };
        let value = value.ok_or(IdentityProblem::Missing)?;
        if value.is_empty() && !request.reader.differences.empty_is_a_value {
            return Err(IdentityProblem::Empty);
        }
        Ok(value)
    }
}

/// No type of API has recorded what an empty cookie is, so it is a value of none.
#[inline(never)] // Out of the path of the other sources.
fn read_cookie<'r>(
    request: &'r RequestContext<'_>,
    name: &str,
) -> Result<Cow<'r, str>, IdentityProblem> {
    match cookie_value(&request.parts.headers, name) {
        Ok(Some(value)) if is_empty_cookie(value) => Err(IdentityProblem::Empty),
        Ok(Some(value)) => Ok(value.into()),
        Ok(None) => Err(IdentityProblem::Missing),
        Err(AmbiguousCookie) => Err(IdentityProblem::Ambiguous),
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
    let named = |prefix: fn(&SourceSyntax) -> &'static str| {
        let mut syntaxes = SourceSyntax::all();
        syntaxes.find_map(|syntax| expression.strip_prefix(prefix(syntax)))
    };
    if let Some(name) = named(|syntax| syntax.header) {
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let header = header.filter(|_| is_parameter_name(name));
        return header
            .map(Place::Header)
            .ok_or_else(|| parameter_name_problem("header", name));
    }
    if let Some(name) = named(|syntax| syntax.query_parameter) {
        let known = is_parameter_name(name).then(|| Place::QueryString(name.into()));
        return known.ok_or_else(|| parameter_name_problem("query parameter", name));
    }
    if let Some(name) = named(|syntax| syntax.cookie) {
        let known = is_cookie_name(name).then(|| Place::Cookie(name.into()));
        return known.ok_or_else(|| {
            let problem = parameter_name_problem("cookie", name);
            format!("{problem}, and does not begin with `$`")
        });
    }
    if let Some(name) = named(|syntax| syntax.stage_variable) {
        let known = is_stage_variable_name(name).then(|| Place::StageVariable(name.into()));
        return known.ok_or_else(|| {
            format!("the name of a stage variable is made of ASCII letters, digits and `_`, not `{name}`")
        });
    }
    if let Some(name) = named(|syntax| syntax.context) {
        return ContextVariable::parse(name)
            .map(Place::Context)
            .ok_or_else(|| {
                format!(
                    "`{name}` is not a `$context` variable of any type of API; a request of a REST API has {} before \
                     it is authorized",
                    Differences::rest().sources.variables.present.join(", ")
                )
            });
    }
    let meant = match is_bare_header(expression) {
        true => {
            let headers = SourceSyntax::all().map(|syntax| syntax.header);
            let headers = headers.map(|prefix| format!("`{prefix}{expression}`"));
            format!(
                "did you mean {}? ",
                headers.collect::<Vec<_>>().join(" or ")
            )
        }
        false => String::new(),
    };
    let syntaxes = SourceSyntax::all().map(allowed);
    Err(format!(
        "{meant}the types of APIs allow {}",
        syntaxes.collect::<Vec<_>>().join("; or ")
    ))
}

/// Whether it is the name of a header with nothing around it.
fn is_bare_header(expression: &str) -> bool {
    !expression.contains(['.', '$'])
        && is_parameter_name(expression)
        && HeaderName::from_bytes(expression.as_bytes()).is_ok()
}

fn allowed(syntax: &SourceSyntax) -> String {
    format!(
        "`{}NAME`, `{}NAME`, `{}NAME`, `{}NAME` and, as an extension, `{}NAME`",
        syntax.header, syntax.query_parameter, syntax.stage_variable, syntax.context, syntax.cookie
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
                "X-Api-Key",
                "did you mean `method.request.header.X-Api-Key` or `$request.header.X-Api-Key` or",
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
            ("method.request.cookie.", "name of a cookie"),
            ("method.request.cookie.a b", "name of a cookie"),
            ("method.request.cookie.a=b", "name of a cookie"),
            ("method.request.cookie.a%20b", "name of a cookie"),
            ("method.request.cookie.$Path", "does not begin with `$`"),
            ("method.request.cookies.a", "method.request.header.NAME"),
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
