//! The API that a layer stands for: the parts of its method ARNs, its stage variables, and the differences between
//! types of APIs.

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
    variables::{documented_variable, documented_variables, is_documented_of_rest},
};
use crate::{api_type::ApiType, error::ConfigError};

/// The API that the protected service stands for: its partition, region, account, API id, stage and stage variables.
///
/// All of them except the stage variables appear in the [method ARN](crate::policy::MethodArn) that policies are matched
/// against. If a service replaces an API on API Gateway, set them to the values of that API. Then existing policies
/// work unchanged.
///
/// The default is a visible placeholder. On an HTTP API, its stage is `$default`. It is sufficient if the `Resource` of
/// every policy is the request's method ARN or `*`:
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
            stage: PLACEHOLDER_STAGE.into(),
            stage_variables: BTreeMap::new(),
        }
    }
}

/// The stage of an API that is not known.
pub(crate) const PLACEHOLDER_STAGE: &str = "local";

/// The stage of an HTTP API that does not appear in its paths.
pub(crate) const DEFAULT_STAGE: &str = "$default";

impl Api {
    /// The API that a layer stands for if nothing else is set: the default, for an HTTP API with the stage `$default`.
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

    /// Whether this stands for no API in particular. The stage and its variables do not matter: a template can tell them.
    pub(crate) fn is_placeholder(&self) -> bool {
        let placeholder = Self {
            stage: self.stage.clone(),
            stage_variables: self.stage_variables.clone(),
            ..Self::default()
        };
        *self == placeholder
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
    /// [`ConfigError::Api`] if a part is empty or contains a character that would change the meaning of the ARN (`:`,
    /// `/`, a wildcard, a space), or if the region and the account id are swapped.
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
        })
    }

    /// Sets the partition, if it does not follow from the region.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Api`], as for [`Api::new`].
    pub fn with_partition(mut self, partition: impl Into<String>) -> Result<Self, ConfigError> {
        self.partition = arn_part("partition", partition.into())?;
        Ok(self)
    }

    /// Sets the stage.
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
    /// [`ConfigError::Api`], as for [`Api::new`].
    pub fn with_stage(mut self, stage: impl Into<String>) -> Result<Self, ConfigError> {
        self.stage = arn_part("stage", stage.into())?;
        Ok(self)
    }

    /// Sets a stage variable, which identity sources (`stageVariables.NAME`) and authorizers can read.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Api`] if the name does not consist of ASCII letters, digits and underscores.
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

/// Fails if a part of an ARN is empty, or contains a character that could act as a separator or a wildcard.
fn arn_part(part: &'static str, value: String) -> Result<String, ConfigError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$');
    if !value.is_empty() && value.chars().all(fits) {
        return Ok(value);
    }
    let allowed = match value.is_empty() {
        true => "it must not be empty",
        false => "it must consist of ASCII letters, digits, `-`, `_`, `.` and `$`",
    };
    Err(ConfigError::Api {
        part,
        value,
        allowed,
    })
}

/// Fails if the region is an account id, or the account id is a region. Both are valid in an ARN, and no policy would
/// match.
fn check_not_swapped(region: &str, account_id: &str) -> Result<(), ConfigError> {
    const ORDER: &str =
        "the order of the arguments is the region, the account id, the API id and the stage";
    let swapped = |part, value: &str| {
        Err(ConfigError::Api {
            part,
            value: value.to_owned(),
            allowed: ORDER,
        })
    };
    if is_account_id(region) {
        return swapped("region", region);
    }
    if is_region(account_id) {
        return swapped("account id", account_id);
    }
    Ok(())
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text has the form of `eu-west-1`: at least two words, and a number.
fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else {
        return false;
    };
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty();
    is_number && words.contains('-') && words.split('-').all(is_word)
}

pub(crate) fn is_stage_variable_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
