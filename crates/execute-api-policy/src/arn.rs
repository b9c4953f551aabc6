//! The ARNs of `execute-api`: the method ARN, which identifies a request in policies, and the ARN of its stage.

use std::{fmt, str::FromStr, sync::Arc};

use thiserror::Error;

use super::{Resource, pattern::split_arn};
use crate::one_line::OneLine;

/// The ARN of a request, which a policy's `Resource` entries are matched against:
/// `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/{METHOD}/{path}`.
///
/// It contains the real method and the real path without the query string, never the route's template. On a REST API,
/// the path is exactly as the client sent it, with percent-encoding and any trailing slash, but without its first
/// slash. So the ARN of the root ends in `/GET/`. On an HTTP API, the path is percent-decoded. A WebSocket API has a
/// route such as `$connect` instead of method and path.
///
/// The client chooses the method and the path. Used as a policy's [`Resource`], a `MethodArn` is literal: a `*` in it
/// is not a wildcard. But its text (from [`as_str`](Self::as_str) or [`Display`](fmt::Display)) becomes a pattern if
/// it is used as a resource. Pass the ARN itself instead, or make sure that such requests are rejected. The tower
/// layer rejects them [by
/// default](https://docs.rs/tower-lambda-authorizer/latest/tower_lambda_authorizer/enum.AmbiguousPaths.html).
///
/// ```
/// use execute_api_policy::MethodArn;
///
/// let arn: MethodArn =
///     "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/a%20b".parse()?;
/// assert_eq!(
///     arn.stage_arn().as_str(),
///     "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod"
/// );
/// assert!("arn:aws:s3:::pets".parse::<MethodArn>().is_err());
/// # Ok::<(), execute_api_policy::InvalidArn>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MethodArn(Arc<str>);

impl MethodArn {
    /// Does not check the text.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text, to be shared without a copy.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The stage that the method belongs to.
    #[must_use]
    pub fn stage_arn(&self) -> StageArn {
        let mut slashes = self.0.match_indices('/').map(|(at, _)| at);
        let stage = slashes.nth(1).and_then(|end| self.0.get(..end));
        StageArn(stage.unwrap_or(&self.0).to_owned())
    }
}

/// Parses an ARN such as the `methodArn` of an authorizer's event.
///
/// # Errors
///
/// [`InvalidArn::Method`] if no method follows the stage, or if the part before the method is not a valid
/// [`StageArn`].
impl FromStr for MethodArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, InvalidArn> {
        let is_method = |(stage, method): (&str, &str)| is_stage(stage) && !method.is_empty();
        if cut_stage(text).is_some_and(is_method) {
            Ok(Self::new(text))
        } else {
            Err(InvalidArn::Method { arn: text.into() })
        }
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

/// The pattern that matches exactly this ARN.
impl From<MethodArn> for Resource {
    fn from(arn: MethodArn) -> Self {
        Self::from(&arn)
    }
}

/// The pattern that matches exactly this ARN.
impl From<&MethodArn> for Resource {
    fn from(arn: &MethodArn) -> Self {
        Self::literal(arn.as_str())
    }
}

/// The common beginning of the ARNs of all methods of one stage of an API:
/// `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}`.
///
/// A [`PolicyBuilder`](super::PolicyBuilder) writes a policy for one stage. The parts of the ARN consist of ASCII
/// letters, digits, `-`, `_`, `.` and `$`, so none of them can act as a pattern.
///
/// ```
/// use execute_api_policy::StageArn;
///
/// let arn: StageArn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod".parse()?;
/// assert!(arn.as_str().ends_with("/prod"));
///
/// let pattern = "arn:aws:execute-api:eu-west-1:*:a1b2c3d4e5/prod";
/// assert!(pattern.parse::<StageArn>().is_err());
/// # Ok::<(), execute_api_policy::InvalidArn>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StageArn(String);

impl StageArn {
    /// Does not check the text.
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// # Errors
///
/// [`InvalidArn::Stage`] if the text does not have this form, or if a part has other characters.
impl FromStr for StageArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, InvalidArn> {
        if is_stage(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidArn::Stage { arn: text.into() })
        }
    }
}

impl fmt::Display for StageArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for StageArn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The text is not an ARN of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidArn {
    /// Not a [`StageArn`].
    #[error(
        "`{arn}` is not the ARN of a stage: it has the form \
         `arn:{{partition}}:execute-api:{{region}}:{{account}}:{{apiId}}/{{stage}}`, and its parts are made of ASCII \
         letters, digits, `-`, `_`, `.` and `$`",
        arn = OneLine(arn)
    )]
    Stage {
        /// The rejected text.
        arn: String,
    },
    /// Not a [`MethodArn`].
    #[error(
        "`{arn}` is not the ARN of a method: it has the form \
         `arn:{{partition}}:execute-api:{{region}}:{{account}}:{{apiId}}/{{stage}}/{{METHOD}}/{{path}}`, and its parts in \
         front of the method are made of ASCII letters, digits, `-`, `_`, `.` and `$`",
        arn = OneLine(arn)
    )]
    Method {
        /// The rejected text.
        arn: String,
    },
}

/// The text before and after the second slash.
fn cut_stage(text: &str) -> Option<(&str, &str)> {
    let (second, _) = text.match_indices('/').nth(1)?;
    Some((text.get(..second)?, text.get(second + 1..)?))
}

fn is_stage(text: &str) -> bool {
    let Some(([partition, service, region, account], resource)) = split_arn(text) else {
        return false;
    };
    let Some((api, stage)) = resource.split_once('/') else {
        return false;
    };
    service == "execute-api" && [partition, region, account, api, stage].iter().all(is_part)
}

/// Whether the part has no character that could act as a separator or a wildcard.
fn is_part(part: &&str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$');
    !part.is_empty() && part.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_arn_has_six_plain_parts() {
        for arn in [
            "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod",
            "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3d4e5/$default",
        ] {
            assert_eq!(arn.parse::<StageArn>().unwrap().as_str(), arn);
        }
        for arn in [
            "",
            "*",
            "arn:aws:execute-api:eu-west-1:1:a",
            "arn:aws:execute-api:eu-west-1:1:a/",
            "arn:aws:execute-api:eu-west-1:1:/prod",
            "arn:aws:execute-api::1:a/prod",
            "arn:aws:execute-api:eu-west-1:1:a/prod/",
            "arn:aws:execute-api:eu-west-1:1:a/prod/GET",
            "arn:aws:execute-api:eu-west-1:1:a:b/prod",
            "arn:aws:execute-api:eu-west-?:1:a/prod",
            "arn:aws:execute-api:eu-west-1:1:*/prod",
            "arn:aws:execute-api:eu-west-1:1:a/${stage}",
            "arn:aws:execute-api:eu-west-1:1:a/pröd",
            "arn:aws:s3:eu-west-1:1:a/prod",
        ] {
            let error = arn.parse::<StageArn>().unwrap_err();
            assert!(error.to_string().contains(arn), "{error}");
        }
    }

    #[test]
    fn any_path_may_follow_the_method() {
        let stage = "arn:aws:execute-api:eu-west-1:1:a/prod";
        for end in ["GET/", "GET/pets/*", "*/a:b/${c}", "$connect", "GET"] {
            let text = format!("{stage}/{end}");
            let arn: MethodArn = text.parse().unwrap();
            assert_eq!(arn.as_str(), text);
            assert_eq!(arn.stage_arn(), stage.parse().unwrap());
        }
        for arn in [
            stage,
            "arn:aws:execute-api:eu-west-1:1:a/prod/",
            "arn:aws:execute-api:eu-west-1:1:*/prod/GET/",
            "arn:aws:execute-api:eu-west-1:*:a/prod/GET/",
            "arn:aws:lambda:eu-west-1:1:a/prod/GET/",
        ] {
            let error = arn.parse::<MethodArn>().unwrap_err();
            assert!(error.to_string().contains(arn), "{error}");
        }
    }
}
