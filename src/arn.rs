//! The method ARN: the name by which policies know a request.

use std::{fmt, sync::Arc};

use http::Method;

use crate::{
    api::Api,
    policy::{PolicyBuilder, Resource},
};

/// The ARN of a request, which a policy's `Resource` entries are matched against:
/// `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/{METHOD}/{path}`.
///
/// It holds the real method and the real path, never the route's template, without the query. On a
/// REST API the path stands as the client sent it, percent-encoding and trailing slash kept, without
/// its first slash, so the root's ARN ends in `/GET/`. On an HTTP API it stands percent-decoded. A WebSocket API
/// has `$connect` in place of method and path.
///
/// Method and path are a client's. As a policy's [`Resource`] the ARN stands for itself, so that a `*` in it is no
/// wildcard. Its text (by [`as_str`](Self::as_str) or [`Display`](fmt::Display)) is a pattern to whatever takes a text:
/// hand on the ARN itself, or see to it that such requests are refused, which they are
/// [unless set otherwise](crate::AmbiguousPaths).
///
/// ```
/// use http::Method;
/// use tower_lambda_authorizer::Api;
///
/// let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?;
/// assert_eq!(
///     api.method_arn(&Method::GET, "/pets/a%20b").as_str(),
///     "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/a%20b"
/// );
/// assert!(api.method_arn(&Method::GET, "/").as_str().ends_with("/prod/GET/"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MethodArn(Arc<str>);

/// The route of a WebSocket API's handshake.
pub(crate) const CONNECT: &str = "$connect";

impl Api {
    /// The ARN of one method and path of this API, as policies see it: the path as the client sent it, or for an HTTP
    /// API percent-decoded.
    #[must_use]
    pub fn method_arn(&self, method: &Method, path: &str) -> MethodArn {
        let path = path.strip_prefix('/').unwrap_or(path);
        MethodArn(format!("{}/{method}/{path}", self.stage_arn()).into())
    }

    /// The ARN of the handshake of a WebSocket API, as policies see it.
    ///
    /// ```
    /// use tower_lambda_authorizer::Api;
    ///
    /// let arn = Api::default().connect_arn();
    /// assert!(arn.as_str().ends_with("placeholder/local/$connect"));
    /// ```
    #[must_use]
    pub fn connect_arn(&self) -> MethodArn {
        MethodArn(format!("{}/{CONNECT}", self.stage_arn()).into())
    }

    /// What all method ARNs of this API begin with.
    fn stage_arn(&self) -> String {
        format!(
            "arn:{}:execute-api:{}:{}:{}/{}",
            self.partition(),
            self.region(),
            self.account_id(),
            self.api_id(),
            self.stage(),
        )
    }
}

impl PolicyBuilder {
    /// Writes a policy for the methods of this API.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, policy::PolicyBuilder};
    ///
    /// let api = Api::default();
    /// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets").build()?;
    /// let arn = api.method_arn(&http::Method::GET, "/pets");
    /// assert_eq!(policy.statements()[0].resources().texts(), [arn.as_str()]);
    /// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
    /// ```
    pub fn for_api(api: &Api) -> Self {
        Self::for_stage_arn(api.stage_arn())
    }
}

/// What the ARNs of all methods of one API begin with, in the two parts that policies know.
#[derive(Debug, Clone)]
pub(crate) struct ArnBase {
    /// `{partition}:execute-api:{region}:{account}`
    pub(crate) head: Box<str>,
    /// `{apiId}/{stage}/`
    pub(crate) name: Box<str>,
    /// Of the whole beginning, `arn:` included.
    pub(crate) length: usize,
}

impl ArnBase {
    pub(crate) fn of(api: &Api) -> Self {
        let (partition, region, account) = (api.partition(), api.region(), api.account_id());
        let head = format!("{partition}:execute-api:{region}:{account}");
        let name = format!("{}/{}/", api.api_id(), api.stage());
        Self {
            length: "arn::".len() + head.len() + name.len(),
            head: head.into(),
            name: name.into(),
        }
    }
}

impl MethodArn {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text, for who keeps it.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MethodArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for MethodArn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Exactly this ARN.
impl From<MethodArn> for Resource {
    fn from(arn: MethodArn) -> Self {
        Self::from(&arn)
    }
}

/// Exactly this ARN.
impl From<&MethodArn> for Resource {
    fn from(arn: &MethodArn) -> Self {
        Self::literal(arn.as_str())
    }
}
