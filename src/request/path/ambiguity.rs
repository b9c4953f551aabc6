//! What makes a path ambiguous, and what to do with such a path.

use std::fmt;

/// How a layer treats a path that can be read in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum AmbiguousPaths {
    /// Refuse it with 400. For all other paths, let the entries of a policy that *exclude* something cover every
    /// spelling.
    ///
    /// These requests are refused:
    ///
    /// - The path contains an encoded slash or backslash (`%2F`, `%5C`), a raw backslash, a `.` or `..` segment, a
    ///   control character, or a percent-encoding that is malformed or not UTF-8.
    /// - The target is not a path (`OPTIONS *`, `CONNECT host:443`).
    /// - The method ARN would be a pattern in a policy: the path contains `*`, `?` or `${`, raw or encoded (`%2A`,
    ///   `%3F`, `%24%7B`), or the method contains such a character. If an authorizer copied such a `methodArn` into its
    ///   policy, the policy would allow more than intended, even while it is cached.
    /// - The method contains a character other than capital ASCII letters, digits, `-` and `_`. Some servers read `delete`
    ///   as `DELETE`, but a `Deny` on `DELETE` does not cover it.
    ///
    /// If a layer behind an axum router [rewrites](crate::LambdaAuthorizerLayer#layers-that-rewrite-paths) the path,
    /// all this applies to the rewritten path, too.
    ///
    /// A policy excludes something with the `Resource` of a `Deny` and the `NotResource` of an `Allow`. If it excludes
    /// `admin`, it excludes `%61dmin`, `//admin` and `admin/`, too. If it excludes GET, it excludes the CONNECT that begins
    /// a WebSocket over HTTP/2, because a handler for any method answers both.
    ///
    /// An `Allow` covers only the path as it was received. If the path has an empty segment (`//orders`), servers may read
    /// another path: with slashes merged, or with what follows two slashes at the beginning as a host (`//x/orders` as
    /// `/orders`). If it has a `;` (`/admin;.css`), servers may drop that and what follows it in the segment, or in the whole
    /// path. A wildcard matches an empty segment and a `;`, too. So such a request is refused with 403 unless the policy also
    /// allows each of these readings, or a statement without a condition names this very method ARN.
    #[default]
    Refuse,
    /// Match only the path as it was received, as API Gateway is believed to do. On an HTTP API, match only the decoded
    /// path, and refuse a path with 400 if it does not decode to UTF-8.
    ///
    /// Choose this only if the service behind the layer compares paths byte by byte without decoding them, and if no
    /// authorizer copies the method ARN into a policy as a string. There, a `*` that the client sent would be a
    /// wildcard. Functions that take a [`MethodArn`](crate::policy::MethodArn), such as
    /// [`AuthorizerResponse::allow`](crate::AuthorizerResponse::allow), escape it.
    AsReceived,
    /// Refuse it, and decide about all other paths like [`Refuse`](Self::Refuse), but for a service that ignores the case
    /// of letters: `/ADMIN` is another spelling of `/admin`. Express, `@koa/router`, ASP.NET, IIS, and files on Windows and
    /// macOS ignore case by default. API Gateway does not, so there `/ADMIN` would get around a `Deny` on `/admin`.
    ///
    /// - What a policy *excludes*, it excludes in each case. For what it permits, the path counts as it was received: two
    ///   ids that differ only in case are two resources, and an `Allow` of one does not allow the other.
    /// - A layer for a whole API (feature `openapi`) also looks for operations whose paths differ from the request's only
    ///   in case. One with an authorizer prevails over an open one. If they have different authorizers, or if they are
    ///   different resources of one authorizer, the request is refused with 400.
    /// - An authorizer that itself compares paths, for example for a simple response, gets the path as it was received. It
    ///   has to ignore case, too.
    ///
    /// The case of all letters is ignored, not only of ASCII letters. Letters are compared one by one by Unicode: `É` is
    /// `é`, and the Greek `Σ`, `σ` and `ς` are one letter, but `ß` is not `SS`. The sign for Kelvin, `ſ`, `ı` and `İ` count
    /// as the ASCII letters that some software takes them for. In a policy, the case of the stage and the method does not
    /// count either: an entry for the stage `Prod` excludes in `prod`, too. For a WebSocket API, whose ARNs have no path, this is
    /// the same as `Refuse`.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{
    ///     AmbiguousPaths, Api, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    ///     policy::PolicyBuilder,
    /// };
    ///
    /// let policy = PolicyBuilder::for_api(&Api::default()).allow("*", "/*").deny("*", "/admin").build()?;
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
    ///     let policy = policy.clone();
    ///     async move { Ok(AuthorizerResponse::policy(policy)) }
    /// }));
    /// let request = || Request::get("/ADMIN").header("authorization", "t").body(());
    /// assert!(layer.explain(request()?).await.is_allowed());
    ///
    /// let layer = layer.ambiguous_paths(AmbiguousPaths::IgnoreCase);
    /// assert!(!layer.explain(request()?).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    IgnoreCase,
}

impl AmbiguousPaths {
    /// Whether ambiguous paths are refused, and other spellings count.
    #[cfg(feature = "openapi")]
    pub(crate) fn are_refused(self) -> bool {
        match self {
            Self::Refuse | Self::IgnoreCase => true,
            Self::AsReceived => false,
        }
    }

    #[inline]
    pub(crate) fn ignore_case(self) -> bool {
        self == Self::IgnoreCase
    }
}

/// Why a path is ambiguous.
///
/// ```
/// use tower_lambda_authorizer::{
///     DenialReason, LambdaAuthorizerLayer, PathAmbiguity, testing::{Harness, MockAuthorizer},
/// };
///
/// # tokio_test::block_on(async {
/// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::allowing()));
/// let response = harness.get("/a%2Fb").header("authorization", "t").send().await;
/// let reason = response.denial().unwrap().reason();
/// assert!(matches!(
///     reason,
///     DenialReason::AmbiguousPath { ambiguity: PathAmbiguity::EncodedSlash, .. }
/// ));
/// # });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathAmbiguity {
    /// It contains `%2F`, which is a slash only to software that decodes it.
    EncodedSlash,
    /// It contains `\` or `%5C`, which some software reads as a slash.
    Backslash,
    /// A segment is `.` or `..`, raw or encoded, even with a parameter (`..;a=b`), which Java servers drop.
    DotSegment,
    /// It contains a control character, such as `%00` or `%0A`.
    ControlCharacter,
    /// It contains a `%` that is not followed by two hexadecimal digits.
    MalformedEncoding,
    /// The decoded path is not UTF-8.
    NotUtf8,
    /// The request's target is not a path. It is `*`, or an authority as in `CONNECT host:443`.
    NotAPath,
    /// It contains `*` or `?`, raw or encoded (`%2A`, `%3F`), which would be a wildcard if a policy had the method ARN
    /// as its `Resource`.
    Wildcard,
    /// It contains `${`, raw or encoded (`%24%7B`), which would begin a policy variable if a policy had the method ARN
    /// as its `Resource`.
    PolicyVariable,
    /// The method contains a character other than capital letters, digits, `-` and `_`, such as a small letter or `*`.
    Method,
    /// The path can be read in several ways, which lead to operations with different authorizers. Only a layer for a
    /// whole API can have several authorizers.
    ///
    /// The readings differ in these ways. The path is read as received, or decoded. A `;` and what follows it are dropped or
    /// kept. An empty segment is dropped, or is the value of a parameter. A greedy parameter may or may not match nothing. A
    /// HEAD request has its own handler, or the handler for GET answers it. A layer behind an axum router has
    /// [rewritten](crate::LambdaAuthorizerLayer#layers-that-rewrite-paths) the path.
    SeveralAuthorizers,
    /// The path can be read in several ways, which lead to different resources with the same authorizer. The authorizer
    /// would be asked about one of them, and the service could serve another one.
    ///
    /// The readings are those of [`SeveralAuthorizers`](Self::SeveralAuthorizers). A slash at the end of the path and
    /// HEAD are common, so they make a request ambiguous only if the authorizer's results are kept for each resource:
    /// if `$context.routeKey` or `context.resourcePath` is an identity source.
    SeveralResources,
    /// In another case of its letters, the path leads to an operation with a different authorizer, or to a different
    /// resource with the same authorizer. Only a layer for a whole API that [ignores case](AmbiguousPaths::IgnoreCase)
    /// refuses the request for this reason.
    Case,
}

impl fmt::Display for PathAmbiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EncodedSlash => "it has an encoded slash (`%2F`)",
            Self::Backslash => "it has a backslash (`\\` or `%5C`)",
            Self::DotSegment => "it has a `.` or `..` segment",
            Self::ControlCharacter => "it has a control character",
            Self::MalformedEncoding => "it has a `%` that is not followed by two hexadecimal digits",
            Self::NotUtf8 => "it does not decode to UTF-8",
            Self::NotAPath => "the request's target is not a path",
            Self::Wildcard => {
                "it has a `*` or `?` (`%2A`, `%3F`), which would be a wildcard in a policy that contains the method \
                 ARN"
            }
            Self::PolicyVariable => {
                "it has `${` (`%24%7B`), which would begin a variable in a policy that contains the method ARN"
            }
            Self::Method => "the method has a character other than capital letters, digits, `-` and `_`",
            Self::SeveralAuthorizers => {
                "its possible readings (its spellings, its empty segments as parameters, a path that a layer has \
                 rewritten, HEAD as GET) lead to operations with different authorizers"
            }
            Self::SeveralResources => {
                "its possible readings (its spellings, its empty segments as parameters, a path that a layer has \
                 rewritten, HEAD as GET) lead to different resources, and its authorizer would be asked about one of \
                 them only"
            }
            Self::Case => {
                "in another case of its letters, it leads to an operation with a different authorizer, or to a different \
                 resource"
            }
        })
    }
}
