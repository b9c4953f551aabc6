//! The API that a layer stands for: its type, and the identity that API Gateway puts into every method ARN.

pub(crate) mod differences;
mod variables;
#[cfg(feature = "openapi")]
mod whole_api;

use std::{collections::BTreeMap, fmt};

#[cfg(feature = "openapi")]
pub(crate) use self::whole_api::{RouteChoice, WholeApi};
pub(crate) use self::{
    differences::{
        Answers, ArnEnd, ContextValues, Differences, EventFormat, PrincipalIds, Repeated,
        RequestIdForm, ResponseStyle, ResultsKept, SourceSyntax,
    },
    variables::{documented_variable, is_documented_of_rest},
};
use crate::{api_type::ApiType, error::ConfigError};

/// The API that the protected service stands for: partition, region, account, API id, stage and
/// stage variables.
///
/// They appear in the [method ARN](crate::MethodArn) that policies are matched against, so a service that
/// takes over from API Gateway sets them to its API's own, and its policies go on working unchanged.
///
/// The default is a visible placeholder (on an HTTP API with the stage `$default`), good enough where policies use the
/// ARN of the request (or `*`) as their `Resource`:
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
}

impl Default for Api {
    fn default() -> Self {
        Self {
            partition: "aws".into(),
            region: "us-east-1".into(),
            account_id: "000000000000".into(),
            api_id: "placeholder".into(),
            stage: "local".into(),
            stage_variables: BTreeMap::new(),
        }
    }
}

/// The stage of an HTTP API that is no part of its paths.
const DEFAULT_STAGE: &str = "$default";

impl Api {
    /// The placeholder of this type of API.
    pub(crate) fn placeholder(api_type: ApiType) -> Self {
        let mut api = Self::default();
        if api_type == ApiType::Http {
            api.stage = DEFAULT_STAGE.into();
        }
        api
    }

    /// An API by its region, account, API id and stage. The partition follows from the region
    /// (`cn-…` is `aws-cn`, `us-gov-…` is `aws-us-gov`, any other is `aws`).
    ///
    /// ```
    /// use tower_lambda_authorizer::Api;
    ///
    /// let api = Api::new("cn-north-1", "123456789012", "a1b2c3d4e5", "prod")?;
    /// assert_eq!(api.partition(), "aws-cn");
    /// assert!(Api::new("eu-west-1", "123456789012", "a/b", "prod").is_err());
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::Api`] where a part is empty or has a character that would change the meaning of
    /// the ARN (`:`, `/`, a wildcard, a blank).
    pub fn new(
        region: impl Into<String>,
        account_id: impl Into<String>,
        api_id: impl Into<String>,
        stage: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        let region = arn_part("region", region.into())?;
        Ok(Self {
            partition: partition_of(&region).into(),
            region,
            account_id: arn_part("account id", account_id.into())?,
            api_id: arn_part("API id", api_id.into())?,
            stage: arn_part("stage", stage.into())?,
            stage_variables: BTreeMap::new(),
        })
    }

    /// Sets the partition, where it does not follow from the region.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Api`], as for [`Api::new`].
    pub fn with_partition(mut self, partition: impl Into<String>) -> Result<Self, ConfigError> {
        self.partition = arn_part("partition", partition.into())?;
        Ok(self)
    }

    /// Sets a stage variable, which identity sources (`stageVariables.NAME`) and authorizers can read.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Api`] where the name is not made of letters, digits and underscores.
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
                allowed: "it is made of ASCII letters, digits and `_`",
            });
        }
        self.stage_variables.insert(name, value.into());
        Ok(self)
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account that owns the API.
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

    /// The stage variables.
    #[must_use]
    pub fn stage_variables(&self) -> &BTreeMap<String, String> {
        &self.stage_variables
    }
}

/// Only the names of the stage variables: their values may be credentials.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("partition", &self.partition)
            .field("region", &self.region)
            .field("account_id", &self.account_id)
            .field("api_id", &self.api_id)
            .field("stage", &self.stage)
            .field("stage_variables", &self.stage_variables.keys())
            .finish()
    }
}

fn partition_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Nothing in an ARN's fixed parts may act as a separator or a wildcard.
fn arn_part(part: &'static str, value: String) -> Result<String, ConfigError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$');
    if !value.is_empty() && value.chars().all(fits) {
        return Ok(value);
    }
    Err(ConfigError::Api {
        part,
        value,
        allowed: "it is made of ASCII letters, digits, `-`, `_`, `.` and `$`",
    })
}

pub(crate) fn is_stage_variable_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
