//! The method ARN: the name of a request in policies.

use http::Method;

use crate::{
    api::{Api, ArnEnd, DEFAULT_STAGE, PLACEHOLDER_STAGE},
    policy::{self, KnownParts, MethodArn, Stage, StageArn},
};

/// The route of a WebSocket API's handshake.
pub(crate) const CONNECT: &str = "$connect";

impl Api {
    /// The method ARN of a method and a path of this API. Policies are matched against it.
    ///
    /// For an HTTP API pass the percent-decoded path, and otherwise the path as the client sent it.
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
    #[must_use]
    pub fn method_arn(&self, method: &Method, path: &str) -> MethodArn {
        let path = path.strip_prefix('/').unwrap_or(path);
        policy::method_arn(&format!("{}/{method}/{path}", self.stage_arn()))
    }

    /// The method ARN of a WebSocket API's handshake. Policies are matched against it.
    ///
    /// ```
    /// use tower_lambda_authorizer::Api;
    ///
    /// let arn = Api::default().connect_arn();
    /// assert!(arn.as_str().ends_with("placeholder/local/$connect"));
    /// ```
    #[must_use]
    pub fn connect_arn(&self) -> MethodArn {
        policy::method_arn(&format!("{}/{CONNECT}", self.stage_arn()))
    }

    /// The beginning of all method ARNs of this API.
    fn stage_arn(&self) -> String {
        let (partition, api) = (self.partition(), self.arn_after_partition());
        format!("arn:{partition}:{api}/{}", self.stage())
    }

    /// The middle of the ARN, between the partition and the stage.
    fn arn_after_partition(&self) -> String {
        let (region, account_id, api_id) = (self.region(), self.account_id(), self.api_id());
        format!("execute-api:{region}:{account_id}:{api_id}")
    }

    /// What is known of the API that a stage with this ARN belongs to. A placeholder may have any partition.
    pub(crate) fn known_by_arn(stage: &StageArn) -> KnownParts {
        let placeholder = format!("{}/", Self::default().arn_after_partition());
        let after_partition = stage.as_str().splitn(3, ':').nth(2);
        match after_partition.and_then(|text| text.strip_prefix(&placeholder)) {
            None => KnownParts::ApiAndStage,
            Some(PLACEHOLDER_STAGE | DEFAULT_STAGE) => KnownParts::Nothing,
            Some(_) => KnownParts::Stage,
        }
    }
}

/// The stage's ARN, for a policy about this API.
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
impl From<&Api> for StageArn {
    fn from(api: &Api) -> Self {
        policy::stage_arn(api.stage_arn())
    }
}

/// The beginning of all method ARNs of one API, split into two parts as in policies.
#[derive(Debug, Clone)]
pub(crate) struct ArnBase {
    /// `{partition}:execute-api:{region}:{account}`
    pub(crate) head: Box<str>,
    /// `{apiId}/{stage}/`
    pub(crate) name: Box<str>,
    /// `arn:{head}:{name}`
    pub(crate) whole: Box<str>,
}

impl ArnBase {
    pub(crate) fn of(api: &Api) -> Self {
        let (partition, region, account) = (api.partition(), api.region(), api.account_id());
        let head = format!("{partition}:execute-api:{region}:{account}");
        let name = format!("{}/{}/", api.api_id(), api.stage());
        Self {
            whole: format!("arn:{head}:{name}").into(),
            head: head.into(),
            name: name.into(),
        }
    }

    /// The stage that policies are specialised to.
    pub(crate) fn stage(&self, end: ArnEnd) -> Stage {
        let (head, name) = (&*self.head, &*self.name);
        match end {
            ArnEnd::Connect => Stage::of_route(head, format!("{name}{CONNECT}")),
            ArnEnd::MethodAndPath | ArnEnd::MethodAndDecodedPath => Stage::of_methods(head, name),
        }
    }
}
