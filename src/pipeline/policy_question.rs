//! What a layer asks a policy about a request, for tools that have a policy and no layer.

use std::borrow::Cow;

use http::Method;

use super::settings::DEFAULT_METHOD_ARN_LIMIT;
use crate::{
    api::{Api, ArnEnd, DEFAULT_STAGE, Differences},
    api_type::ApiType,
    decision::DenialReason,
    policy::{self, EvaluationRequest, KnownParts, MethodArn},
    request::{
        arn::{ArnBase, CONNECT},
        arn_spellings::{PathsInArns, Spellings},
        path::{AmbiguousPaths, PathAmbiguity},
    },
};

/// What a layer asks a policy about a request.
///
/// A layer does more than look for the method ARN in the policy. It refuses some paths whatever the policy says. A
/// `Deny` covers every spelling of the path, and an `Allow` has to cover what servers read instead of a path with an
/// empty segment: see [`AmbiguousPaths`]. With this type, programs that have a policy and no request decide like the
/// layer.
///
/// ```
/// use http::Method;
/// use tower_lambda_authorizer::{
///     Api, ApiType, explanations::PolicyQuestion, policy::{PolicyBuilder, Verdict},
/// };
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/*").deny("GET", "/admin").build()?.compile();
/// let ask = |path| PolicyQuestion::new(&api, ApiType::Rest, &Method::GET, path);
///
/// let question = ask("/%61dmin").unwrap();
/// assert_eq!(policy.evaluate(&question.request()).verdict(), Verdict::ExplicitDeny);
/// let reason = ask("/pets/..").unwrap_err();
/// assert!(reason.to_string().contains("`..` segment"));
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
#[derive(Debug, Clone)]
pub struct PolicyQuestion {
    method_arn: MethodArn,
    spellings: Spellings,
    /// What is known of the API.
    known: KnownParts,
}

impl PolicyQuestion {
    /// The question of a layer with default settings that stands for this API. The path is percent-encoded, as a client
    /// sends it.
    ///
    /// # Errors
    ///
    /// Why the layer refuses the request whatever the policy says: [`DenialReason::AmbiguousPath`] or
    /// [`DenialReason::MethodArnTooLong`].
    pub fn new(
        api: &Api,
        api_type: ApiType,
        method: &Method,
        path: &str,
    ) -> Result<Self, DenialReason> {
        let stage = ArnBase::of(api).whole;
        let paths = by_default(&stage, api_type);
        Self::about(&paths, DEFAULT_METHOD_ARN_LIMIT, api.known(), method, path)
    }

    /// The same for a request that had this method ARN. In the ARN of an HTTP API, the path is decoded; a `;` in it counts as
    /// one that was sent like that, and not as `%3B`. Without a type, it is that of an HTTP API if its stage is `$default`,
    /// and otherwise that of a REST API. An ARN of the [placeholder](Api) is that of an API that is not known.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`new`](Self::new).
    pub fn of_method_arn(
        arn: &MethodArn,
        api_type: impl Into<Option<ApiType>>,
    ) -> Result<Self, DenialReason> {
        let stage = format!("{}/", arn.stage_arn());
        let is_default = || stage.ends_with(&format!("/{DEFAULT_STAGE}/"));
        let api_type = api_type.into().unwrap_or_else(|| {
            if is_default() {
                ApiType::Http
            } else {
                ApiType::Rest
            }
        });
        let paths = by_default(&stage, api_type);
        let known = Api::known_by_arn(&arn.stage_arn());
        Self::about_arn(&paths, DEFAULT_METHOD_ARN_LIMIT, known, arn)
    }

    /// The same question, from a layer that knows this much about its API.
    #[cfg(feature = "testing")]
    pub(crate) fn knowing(self, known: KnownParts) -> Self {
        Self { known, ..self }
    }

    /// The question of a layer that knows this much about its API.
    pub(crate) fn about(
        paths: &PathsInArns<'_>,
        limit: usize,
        known: KnownParts,
        method: &Method,
        path: &str,
    ) -> Result<Self, DenialReason> {
        let arn_at = |path: &str| match paths.end {
            ArnEnd::Connect => [paths.stage, CONNECT].concat(),
            ArnEnd::MethodAndPath | ArnEnd::MethodAndDecodedPath => paths.arn(method, path),
        };
        // The path counts as it was received, although a policy may match a decoded one.
        let received = arn_at(path);
        let length = received.len();
        if length > limit {
            return Err(DenialReason::MethodArnTooLong { length, limit });
        }
        let spellings = paths.spellings(method, path);
        let spellings = spellings.map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })?;
        let method_arn = spellings.decoded().map_or(received, arn_at);
        Ok(Self {
            method_arn: policy::method_arn(&method_arn),
            spellings,
            known,
        })
    }

    pub(crate) fn about_arn(
        paths: &PathsInArns<'_>,
        limit: usize,
        known: KnownParts,
        arn: &MethodArn,
    ) -> Result<Self, DenialReason> {
        let after_stage = arn.as_str().strip_prefix(paths.stage);
        // Nobody reads the route of a WebSocket API in another way.
        let method_and_path = after_stage
            .filter(|_| paths.end != ArnEnd::Connect)
            .and_then(|text| text.find('/').map(|at| text.split_at(at)));
        let Some((method, path)) = method_and_path else {
            return Ok(Self {
                method_arn: arn.clone(),
                spellings: Spellings::AsReceived,
                known,
            });
        };
        let Ok(method) = Method::from_bytes(method.as_bytes()) else {
            let ambiguity = PathAmbiguity::Method;
            return Err(DenialReason::AmbiguousPath { ambiguity });
        };
        let path = match paths.end {
            ArnEnd::MethodAndDecodedPath => Cow::Owned(path.replace('%', "%25")),
            ArnEnd::MethodAndPath | ArnEnd::Connect => Cow::Borrowed(path),
        };
        Self::about(paths, limit, known, &method, &path)
    }

    /// The same question of a layer with [`AmbiguousPaths::IgnoreCase`].
    ///
    /// ```
    /// use http::Method;
    /// use tower_lambda_authorizer::{
    ///     Api, ApiType, explanations::PolicyQuestion, policy::{PolicyBuilder, Verdict},
    /// };
    ///
    /// let api = Api::default();
    /// let policy = PolicyBuilder::for_api(&api).allow("GET", "/*").deny("GET", "/admin").build()?.compile();
    /// let question = PolicyQuestion::new(&api, ApiType::Rest, &Method::GET, "/ADMIN").unwrap();
    /// let verdict = |question: &PolicyQuestion| policy.evaluate(&question.request()).verdict();
    /// assert_eq!(verdict(&question), Verdict::Allow);
    /// assert_eq!(verdict(&question.ignoring_case()), Verdict::ExplicitDeny);
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    #[must_use]
    pub fn ignoring_case(self) -> Self {
        let stage = format!("{}/", self.method_arn.stage_arn());
        let after_stage = self.method_arn.as_str().strip_prefix(&stage);
        // A route, such as `$connect`, has no path.
        if !after_stage.is_some_and(|text| text.contains('/')) {
            return self;
        }
        Self {
            spellings: self.spellings.ignoring_case(self.method_arn.as_str()),
            ..self
        }
    }

    /// The request's method ARN.
    #[must_use]
    pub fn method_arn(&self) -> &MethodArn {
        &self.method_arn
    }

    /// The request to evaluate, still without condition keys.
    #[must_use]
    pub fn request(&self) -> EvaluationRequest<'_> {
        let request = self.spellings.evaluation_request(self.method_arn.as_str());
        policy::knowing(request, self.known)
    }
}

/// How a layer with default settings spells paths.
fn by_default(stage: &str, api_type: ApiType) -> PathsInArns<'_> {
    PathsInArns::new(stage, Differences::of(api_type), AmbiguousPaths::default())
}
