//! One identity source: a place in a request.

use std::fmt;

use http::HeaderName;

use crate::{api::SourceSyntax, request::context::ContextVariable};

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
    pub(super) expression: Box<str>,
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
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
