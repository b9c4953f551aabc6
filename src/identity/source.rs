//! One identity source: a place in a request.

use std::{fmt, sync::Arc};

use http::HeaderName;

use crate::{api::SourceSyntax, request::context::ContextVariable};

/// A place in a request that contains a credential or a part of one, such as the header `Authorization`.
///
/// It is written as an expression, in the syntax of the type of API:
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
/// // A layer accepts only sources in the syntax of its type of API.
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// let layer = LambdaAuthorizerLayer::http_api(authorizer);
/// assert!(layer.identity_sources(source).is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// [`header`](Self::header), [`query_parameter`](Self::query_parameter) and [`cookie`](Self::cookie) make a source of a
/// name, for every type of API.
///
/// Names of headers are case-insensitive, and all other names are case-sensitive. Query parameters are percent-decoded.
/// A value that is not UTF-8 counts as missing. A `$context` variable that exists only inside AWS, such as
/// `context.identity.user`, is accepted but is always missing.
///
/// `$context.routeKey` is missing if the layer does not know that a router has looked for a
/// [resource](crate::ResourceMatch), for example if the layer is around a whole axum router. In an axum fallback and in
/// `nest_service` it is `$default`. As on API Gateway, all requests that match no other route share this route. So add
/// `$context.path` if a cached result for one of these requests must not apply to the others.
///
/// On a REST or WebSocket API, the last value of a repeated header or query parameter counts, and an empty value counts
/// as missing. A header that contains only spaces and tabs is empty.
///
/// On an HTTP API, as recorded, an empty value is a value. The values of a repeated header are joined by commas. With
/// the payload format 2.0, the values of a repeated query parameter are joined, too. So `a,b` is the same identity as
/// the two values `a` and `b`.
///
/// On every type of API, several `Cookie` headers are joined into one value. The same applies to several
/// `Sec-WebSocket-Protocol` headers.
///
/// # One of several places
///
/// A request must have all sources of a list. If a credential may be in one of several places, use
/// [`first_of`](Self::first_of), an extension.
///
/// # One cookie
///
/// API Gateway has no source for a single cookie. There, the source is the whole header `Cookie`, so any other cookie
/// of the same browser changes the identity. With this extension, a result is cached under the value of one cookie:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// let authorizer = authorizer_fn(|request| async move {
///     Ok(match request.identity() {
///         [session] if session == "s3cret" => AuthorizerResponse::allow("*"),
///         _ => AuthorizerResponse::deny("*"),
///     })
/// });
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.cookie.session")?;
/// # tokio_test::block_on(async {
/// let harness = Harness::new(layer);
/// harness.get("/").header("cookie", "theme=dark; session=s3cret").send().await.assert_allowed();
/// harness.get("/").header("cookie", "session=s3cret").send().await.assert_not_invoked(); // cached
/// # });
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// The value is used as the client sent it, including any quotes around it. An empty value (`session=`, `session=""`)
/// counts as missing on every type of API. The name is case-sensitive. It consists of ASCII letters, digits, `.`, `_`,
/// `$` and `-`, and does not begin with `$`.
///
/// Programs read cookies by different rules. If two programs could read different values, the request is refused with
/// 401 ([`IdentitySourceAmbiguous`](crate::DenialReason::IdentitySourceAmbiguous)). These are the cases:
///
/// - The name appears twice with different values.
/// - The name appears again in another case, percent-encoded, or after a comma, a space or a quote.
/// - The value contains a space, a comma, a backslash, an inner quote or anything that is not ASCII.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentitySource {
    /// Shared, since a reason names the source.
    pub(super) expression: Arc<str>,
    pub(super) place: Place,
    pub(super) syntax: Syntax,
}

/// The type of API whose syntax the expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Syntax {
    /// That of the type of API for which the application has written it.
    Written,
    /// That of a REST API, until a layer writes it in its own.
    Any,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Header(HeaderName),
    QueryString(Box<str>),
    Cookie(Box<str>),
    StageVariable(Box<str>),
    Context(ContextVariable),
    /// The first of these that is present.
    FirstOf(Arc<[IdentitySource]>),
}

/// The kind of a place, without the name.
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
    /// The header `Authorization`, in this syntax: the default source of every authorizer.
    pub(crate) fn authorization_header(syntax: &SourceSyntax) -> Self {
        Self {
            expression: format!("{}Authorization", syntax.header).into(),
            place: Place::Header(http::header::AUTHORIZATION),
            syntax: Syntax::Written,
        }
    }

    /// The name of the header, if the source is a header.
    #[must_use]
    pub fn header_name(&self) -> Option<&HeaderName> {
        match &self.place {
            Place::Header(name) => Some(name),
            _ => None,
        }
    }

    /// The decoded name of the query parameter, if the source is one.
    #[must_use]
    pub fn query_parameter_name(&self) -> Option<&str> {
        match &self.place {
            Place::QueryString(name) => Some(name),
            _ => None,
        }
    }

    /// The `$context` variable that the source is.
    pub(crate) fn context_variable(&self) -> Option<ContextVariable> {
        match self.place {
            Place::Context(variable) => Some(variable),
            _ => None,
        }
    }

    /// Whether a TOKEN authorizer accepts the source.
    pub(crate) fn is_token_source(&self) -> bool {
        matches!(self.place, Place::Header(_) | Place::FirstOf(_))
    }

    /// Whether the source is an extension of this crate that API Gateway does not have.
    pub(crate) fn is_an_extension(&self) -> bool {
        matches!(self.place, Place::Cookie(_) | Place::FirstOf(_))
    }

    /// The place of the first alternative, if there are several. Clients send all of them.
    pub(crate) fn place(&self) -> SourcePlace {
        match &self.leading().place {
            // Alternatives do not contain alternatives.
            Place::Header(_) | Place::FirstOf(_) => SourcePlace::Header,
            Place::QueryString(_) => SourcePlace::QueryParameter,
            Place::Cookie(_) => SourcePlace::Cookie,
            Place::StageVariable(_) => SourcePlace::StageVariable,
            Place::Context(_) => SourcePlace::Context,
        }
    }

    /// The name in the expression, after the prefix.
    pub(crate) fn name(&self) -> &str {
        self.leading()
            .expression
            .strip_prefix(self.prefix())
            .unwrap_or_default()
    }

    /// The part of the expression before the name, such as `method.request.header.`.
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
        let found = prefixes.find(|prefix| self.leading().expression.starts_with(prefix));
        found.unwrap_or_default()
    }

    /// Whether only a router in front of the layer knows the value.
    pub(crate) fn asks_the_router(&self) -> bool {
        matches!(
            self.context_variable(),
            Some(ContextVariable::ResourcePath | ContextVariable::RouteKey)
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
