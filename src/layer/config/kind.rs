//! Parses an authorizer's members by the rules of each type of API.

use super::members::{IdentitySourceMember, Members};
use crate::{
    api::{Differences, ResultCaching},
    api_type::{ApiType, PayloadFormatVersion},
    error::ConfigError,
    identity::{AuthorizerKind, ExpressionMatch, IdentitySources},
};

impl Members {
    pub(super) fn into_rest(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.refuse_http_settings("of a REST API", false)?;
        let sources = self.sources(Differences::rest())?;
        let kind = match &*self.authorizer_type.to_ascii_uppercase() {
            "TOKEN" => AuthorizerKind::token(sources)?,
            "REQUEST" => return AuthorizerKind::request(sources),
            _ => return Err(self.other_type(ApiType::Rest, "`TOKEN` or `REQUEST`")),
        };
        match &self.identity_validation_expression {
            Some(expression) => kind.with_validation_expression(expression, ExpressionMatch::Whole),
            None => Ok(kind),
        }
    }

    pub(super) fn into_http(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.check_request(ApiType::Http)?;
        let given = self.authorizer_payload_format_version.take();
        let version = given.as_deref().and_then(PayloadFormatVersion::parse);
        let version = version.ok_or(ConfigError::PayloadFormatVersion { given })?;
        let simple = self.enable_simple_responses.unwrap_or(false);
        let sources = self.sources(Differences::http())?;
        AuthorizerKind::http(version, simple, sources)
    }

    pub(super) fn into_websocket(mut self) -> Result<AuthorizerKind, ConfigError> {
        self.check_request(ApiType::WebSocket)?;
        self.refuse_http_settings("of a WebSocket API", true)?;
        let sources = self.sources(Differences::websocket())?;
        AuthorizerKind::websocket(sources)
    }

    /// The case does not matter: API documents have `request`.
    fn check_request(&self, api_type: ApiType) -> Result<(), ConfigError> {
        if self.authorizer_type.eq_ignore_ascii_case("REQUEST") {
            Ok(())
        } else {
            Err(self.other_type(api_type, "`REQUEST`"))
        }
    }

    fn other_type(&self, api_type: ApiType, allowed: &'static str) -> ConfigError {
        ConfigError::AuthorizerType {
            given: self.authorizer_type.clone(),
            api_type,
            allowed,
        }
    }

    /// Fails if a setting is present that only HTTP APIs have. A WebSocket API refuses `enableSimpleResponses` even if
    /// it is `false`.
    fn refuse_http_settings(
        &self,
        authorizer: &'static str,
        counts_when_false: bool,
    ) -> Result<(), ConfigError> {
        let version = self.authorizer_payload_format_version.as_ref();
        let setting = match (version, self.enable_simple_responses) {
            (Some(_), _) => "authorizerPayloadFormatVersion",
            (None, Some(simple)) if simple || counts_when_false => "enableSimpleResponses",
            (None, _) => return Ok(()),
        };
        Err(ConfigError::NotForThisAuthorizer {
            setting,
            authorizer,
            instead: "leave it out, or call `AuthorizerConfig::for_api_type(ApiType::Http)` if the API is an HTTP API",
        })
    }

    /// The sources may be missing or empty only if results are not cached. A single string is a comma-separated list.
    fn sources(&mut self, row: &Differences) -> Result<IdentitySources, ConfigError> {
        let given = self.authorizer_result_ttl_in_seconds;
        let is_cached = match (row.results, given) {
            (ResultCaching::Never, _) => false,
            (ResultCaching::DefaultTtl(_), Some(ttl)) => ttl > 0,
            (ResultCaching::DefaultTtl(default), None) => !default.is_zero(),
        };
        match self.identity_source.take() {
            None if !is_cached => Ok(IdentitySources::none()),
            Some(IdentitySourceMember::Text(text)) if text.is_empty() && !is_cached => {
                Ok(IdentitySources::none())
            }
            Some(IdentitySourceMember::List(list)) if list.is_empty() && !is_cached => {
                Ok(IdentitySources::none())
            }
            None => Err(ConfigError::NoIdentitySource),
            Some(IdentitySourceMember::Text(text)) => IdentitySources::parse_for(row, &text),
            Some(IdentitySourceMember::List(list)) => IdentitySources::of_list_for(row, &list),
        }
    }
}
