//! What a layer asks a policy about a request, for tools that have a policy and no layer.

use std::borrow::Cow;

use http::Method;

use super::settings::DEFAULT_METHOD_ARN_LIMIT;
use crate::{
    api::{Api, ArnEnd, Differences},
    api_type::ApiType,
    decision::DenialReason,
    policy::{self, EvaluationRequest, MethodArn},
    request::{
        arn::{ArnBase, CONNECT},
        arn_spellings::{PathsInArns, Spellings},
        path::{AmbiguousPaths, PathAmbiguity},
    },
};

/// What a layer asks a policy about a request.
///
/// A layer does more than to look for the method ARN in the policy. It refuses some paths whatever the policy says. A
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
        let paths = PathsInArns {
            stage: &stage,
            end: end_of(api_type),
            ambiguous_paths: AmbiguousPaths::default(),
        };
        Self::about(&paths, DEFAULT_METHOD_ARN_LIMIT, method, path)
    }

    /// The same for a request that had this method ARN. In the ARN of an HTTP API, the path is decoded.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn of_method_arn(arn: &MethodArn, api_type: ApiType) -> Result<Self, DenialReason> {
        let stage = format!("{}/", arn.stage_arn());
        let paths = PathsInArns {
            stage: &stage,
            end: end_of(api_type),
            ambiguous_paths: AmbiguousPaths::default(),
        };
        Self::about_arn(&paths, DEFAULT_METHOD_ARN_LIMIT, arn)
    }

    pub(crate) fn about(
        paths: &PathsInArns<'_>,
        limit: usize,
        method: &Method,
        path: &str,
    ) -> Result<Self, DenialReason> {
        let spellings = paths.spellings(method, path);
        let spellings = spellings.map_err(|ambiguity| DenialReason::AmbiguousPath { ambiguity })?;
        let method_arn = match paths.end {
            ArnEnd::Connect => [paths.stage, CONNECT].concat(),
            ArnEnd::MethodAndPath | ArnEnd::MethodAndDecodedPath => {
                paths.arn(method, spellings.decoded().unwrap_or(path))
            }
        };
        match method_arn.len() {
            length if length > limit => Err(DenialReason::MethodArnTooLong { length, limit }),
            _ => Ok(Self {
                method_arn: policy::method_arn(&method_arn),
                spellings,
            }),
        }
    }

    pub(crate) fn about_arn(
        paths: &PathsInArns<'_>,
        limit: usize,
        arn: &MethodArn,
    ) -> Result<Self, DenialReason> {
        let behind_stage = arn.as_str().strip_prefix(paths.stage);
        // Nobody reads the route of a WebSocket API in another way.
        let method_and_path = behind_stage
            .filter(|_| paths.end != ArnEnd::Connect)
            .and_then(|text| text.find('/').map(|at| text.split_at(at)));
        let Some((method, path)) = method_and_path else {
            return Ok(Self {
                method_arn: arn.clone(),
                spellings: Spellings::AsReceived,
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
        Self::about(paths, limit, &method, &path)
    }

    /// The request's method ARN.
    #[must_use]
    pub fn method_arn(&self) -> &MethodArn {
        &self.method_arn
    }

    /// The request to evaluate, still without condition keys.
    #[must_use]
    pub fn request(&self) -> EvaluationRequest<'_> {
        self.spellings.evaluation_request(self.method_arn.as_str())
    }
}

fn end_of(api_type: ApiType) -> ArnEnd {
    let row = match api_type {
        ApiType::Rest => Differences::rest(),
        ApiType::Http => Differences::http(),
        ApiType::WebSocket => Differences::websocket(),
    };
    row.arn_ends_with
}
