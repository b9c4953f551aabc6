//! The API that a layer represents: the parts of its method ARNs, its stage variables, and the differences between
//! types of APIs.

pub(crate) mod differences;
mod parts;
mod variables;
#[cfg(feature = "openapi")]
mod whole_api;

use std::{collections::BTreeMap, fmt};

use self::parts::{arn_part, check_not_swapped, partition_of};
#[cfg(feature = "openapi")]
pub(crate) use self::whole_api::{RouteChoice, WholeApi};
pub(crate) use self::{
    differences::{
        Answers, ArnEnd, ContextValues, Differences, EventFormat, PrincipalIds, Repeated,
        RequestIdForm, ResponseStyle, ResultCaching, SourceSyntax,
    },
    parts::is_stage_variable_name,
    variables::{documented_variable, documented_variables, is_documented_of_rest},
};
use crate::{api_type::ApiType, error::ConfigError, policy::KnownParts};

/// The API that the protected service represents: its partition, region, account, API id, stage and stage variables.
///
/// All of them except the stage variables appear in the [method ARN](crate::policy::MethodArn) that policies are matched
/// against. If a service replaces an API on API Gateway, set them to the values of that API. Then existing policies
/// work unchanged.
///
/// The default is a visible placeholder. On an HTTP API, its stage is `$default`. It is sufficient if the `Resource` of
/// every policy is the request's method ARN or `*`. It is not if a policy names your API. Because the layer cannot tell your
/// API from another one, it takes the reading that allows less:
///
/// - An `Allow` that names an API does not apply.
/// - A `Deny` that names an API applies, whichever API, account and region it names, and so does a `NotResource` of an
///   `Allow`.
/// - The same holds for the stage, unless you [set](Self::with_stage) it. So a `Deny` on `arn:aws:execute-api:*:*:*/admin/*`
///   refuses every request, because `admin` may be the stage. One on `…:*/DELETE/*` does, too, because `DELETE` may be. Set the
///   stage, or write every part in the policy: `…:*/*/*/admin/*`, `…:*/*/DELETE/*`.
///
/// ```
/// use tower_lambda_authorizer::Api;
///
/// let arn = Api::default().method_arn(&http::Method::GET, "/pets");
/// assert_eq!(
///     arn.as_str(),
///     "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets"
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Api {
    partition: String,
    region: String,
    account_id: String,
    api_id: String,
    stage: String,
    stage_variables: BTreeMap<String, String>,
    /// Which of the texts are not those of the placeholder.
    known: KnownParts,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            partition: "aws".into(),
            region: "us-east-1".into(),
            account_id: "000000000000".into(),
            api_id: "placeholder".into(),
            stage: PLACEHOLDER_STAGE.into(),
            stage_variables: BTreeMap::new(),
            known: KnownParts::Nothing,
        }
    }
}

/// The stage of an API that is not known.
pub(crate) const PLACEHOLDER_STAGE: &str = "local";

/// The stage of an HTTP API that does not appear in its paths.
pub(crate) const DEFAULT_STAGE: &str = "$default";

impl Api {
    /// The API that a layer represents if nothing else is set: the default, for an HTTP API with the stage `$default`.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, ApiType};
    ///
    /// assert_eq!(Api::placeholder(ApiType::Rest), Api::default());
    /// assert_eq!(Api::placeholder(ApiType::Http).stage(), "$default");
    /// ```
    #[must_use]
    pub fn placeholder(api_type: ApiType) -> Self {
        let mut api = Self::default();
        if api_type == ApiType::Http {
            api.stage = DEFAULT_STAGE.into();
        }
        api
    }

    /// What is known of the API that this represents.
    pub(crate) fn known(&self) -> KnownParts {
        self.known
    }

    /// The same API as a known one, even if this is the placeholder.
    pub(crate) fn with_everything_known(mut self) -> Self {
        self.known = KnownParts::ApiAndStage;
        self
    }

    /// Creates an API from its region, account, API id and stage.
    ///
    /// The partition follows from the region: `aws-cn` for `cn-…`, `aws-us-gov` for `us-gov-…`, and `aws` for all
    /// others.
    ///
    /// ```
    /// use tower_lambda_authorizer::Api;
    ///
    /// let api = Api::new("cn-north-1", "123456789012", "a1b2c3d4e5", "prod")?;
    /// assert_eq!(api.partition(), "aws-cn");
    /// assert!(Api::new("eu-west-1", "123456789012", "a/b", "prod").is_err());
    /// let error = Api::new("", "123456789012", "a1b2c3d4e5", "prod").unwrap_err();
    /// assert_eq!(error.to_string(), "the API's region cannot be ``: it must not be empty");
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Api`] if a part is empty or contains a character that would change the meaning of the ARN
    /// (`:`, `/`, a wildcard, a space), or if the region and the account id are swapped.
    pub fn new(
        region: impl Into<String>,
        account_id: impl Into<String>,
        api_id: impl Into<String>,
        stage: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let region = arn_part("region", region.into())?;
        let account_id = arn_part("account id", account_id.into())?;
        check_not_swapped(&region, &account_id)?;
        Ok(Self {
            partition: partition_of(&region).into(),
            region,
            account_id,
            api_id: arn_part("API id", api_id.into())?,
            stage: arn_part("stage", stage.into())?,
            stage_variables: BTreeMap::new(),
            known: KnownParts::ApiAndStage,
        })
    }

    /// Sets the partition, if it does not follow from the region.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Api`], as for [`Api::new`].
    pub fn with_partition(mut self, partition: impl Into<String>) -> Result<Self, ConfigError> {
        self.partition = arn_part("partition", partition.into())?;
        Ok(self)
    }

    /// Sets the stage. It is then known, even if the API is a [placeholder](Self::placeholder).
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, ApiType};
    ///
    /// let api = Api::placeholder(ApiType::Rest).with_stage("prod")?;
    /// assert_eq!(
    ///     api.method_arn(&http::Method::GET, "/pets").as_str(),
    ///     "arn:aws:execute-api:us-east-1:000000000000:placeholder/prod/GET/pets"
    /// );
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Api`], as for [`Api::new`].
    pub fn with_stage(mut self, stage: impl Into<String>) -> Result<Self, ConfigError> {
        self.stage = arn_part("stage", stage.into())?;
        self.known = match self.known {
            KnownParts::Nothing => KnownParts::Stage,
            known => known,
        };
        Ok(self)
    }

    /// Sets a stage variable, which identity sources (`stageVariables.NAME`) and authorizers can read.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Api`] if the name does not consist of ASCII letters, digits and underscores.
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, ApiType};
    ///
    /// let api = Api::placeholder(ApiType::Rest).with_stage_variable("table", "pets-prod")?;
    /// assert_eq!(api.stage_variables()["table"], "pets-prod");
    /// assert!(Api::default().with_stage_variable("a table", "pets-prod").is_err());
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    pub fn with_stage_variable(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let name = name.into();
        if !is_stage_variable_name(&name) {
            return Err(ConfigError::Api {
                part: "stage variable name",
                value: name,
                allowed: "it must consist of ASCII letters, digits and `_`",
            });
        }
        self.stage_variables.insert(name, value.into());
        Ok(self)
    }

    /// The partition, such as `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region, such as `eu-west-1`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The id of the account that owns the API.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// The API's id.
    #[must_use]
    pub fn api_id(&self) -> &str {
        &self.api_id
    }

    /// The stage.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The stage variables, by name.
    #[must_use]
    pub fn stage_variables(&self) -> &BTreeMap<String, String> {
        &self.stage_variables
    }

    /// All of it: its texts, and the stage variables.
    pub(crate) fn distinction(&self) -> ([&str; 5], &BTreeMap<String, String>) {
        let Self {
            partition,
            region,
            account_id,
            api_id,
            stage,
            stage_variables,
            // It does not change what an authorizer answers, only what its policy means.
            known: _,
        } = self;
        (
            [partition, region, account_id, api_id, stage],
            stage_variables,
        )
    }
}

/// Shows only the names of the stage variables. Their values may be credentials.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("partition", &self.partition)
            .field("region", &self.region)
            .field("account_id", &self.account_id)
            .field("api_id", &self.api_id)
            .field("stage", &self.stage)
            .field("known", &self.known)
            .field("stage_variables", &self.stage_variables.keys())
            .finish()
    }
}
