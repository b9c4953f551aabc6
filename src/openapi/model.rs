//! What a document says, whatever its format: authorizers, operations, gateway responses.

use std::{collections::BTreeMap, fmt};

use http::Method;
use serde_json::{Value, json};

use super::{error::quoted_list, routing::PathTemplate};
use crate::config::AuthorizerConfig;

/// Everything that is read from a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Definition {
    pub(super) title: String,
    pub(super) authorizers: BTreeMap<String, AuthorizerDefinition>,
    /// Security schemes that are no Lambda authorizers.
    pub(super) other_schemes: BTreeMap<String, OtherScheme>,
    pub(super) operations: Vec<Operation>,
    /// The schemes of a root-level `security`, which REST imports ignore.
    pub(super) root_security: Vec<String>,
    pub(super) gateway_responses: Option<Value>,
    /// Whether there is a resource policy, which is not evaluated.
    pub(super) has_resource_policy: bool,
}

/// The name among the schemes of what `x-amazon-apigateway-auth: {type: AWS_IAM}` and CloudFormation's
/// `AWS_IAM` ask for.
pub(super) const IAM: &str = "AWS_IAM";

/// The name among the schemes of what CloudFormation's `ApiKeyRequired` asks for, as SAM has it.
pub(super) const API_KEY: &str = "api_key";

/// A Lambda authorizer as the document has it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizerDefinition {
    pub(super) kind: AuthorizerType,
    /// The header of a TOKEN authorizer, from its security scheme.
    pub(super) header: Option<String>,
    pub(super) identity_source: Option<String>,
    pub(super) identity_validation_expression: Option<String>,
    pub(super) result_ttl: Option<u64>,
    pub(super) payload_format_version: Option<String>,
    pub(super) enable_simple_responses: Option<bool>,
    /// `x-amazon-apigateway-authtype`.
    pub(super) auth_type: Option<String>,
    /// Which function to call and how: nothing to this crate, but kept for writing it back.
    pub(super) uri: Option<Value>,
    pub(super) credentials: Option<Value>,
}

/// The two types of Lambda authorizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizerType {
    /// It is asked about one header.
    Token,
    /// It is asked about the request as a whole.
    Request,
}

impl AuthorizerDefinition {
    pub(super) fn new(kind: AuthorizerType) -> Self {
        Self {
            kind,
            header: None,
            identity_source: None,
            identity_validation_expression: None,
            result_ttl: None,
            payload_format_version: None,
            enable_simple_responses: None,
            auth_type: None,
            uri: None,
            credentials: None,
        }
    }

    /// TOKEN or REQUEST.
    #[must_use]
    pub fn authorizer_type(&self) -> AuthorizerType {
        self.kind
    }

    /// The identity sources, comma-separated. A TOKEN authorizer's follows from the header of its
    /// security scheme, unless it is named.
    #[must_use]
    pub fn identity_source(&self) -> Option<String> {
        let header = self
            .header
            .as_ref()
            .filter(|_| self.kind == AuthorizerType::Token);
        let of_header = header.map(|header| format!("method.request.header.{header}"));
        self.identity_source.clone().or(of_header)
    }

    /// The identity validation expression.
    #[must_use]
    pub fn identity_validation_expression(&self) -> Option<&str> {
        self.identity_validation_expression.as_deref()
    }

    /// How long results may be cached, in seconds, where the document says so.
    #[must_use]
    pub fn result_ttl_in_seconds(&self) -> Option<u64> {
        self.result_ttl
    }

    /// Whether it has what only HTTP APIs have.
    pub(super) fn is_of_an_http_api(&self) -> bool {
        self.payload_format_version.is_some()
            || self.enable_simple_responses.is_some()
            || self
                .identity_source
                .as_ref()
                .is_some_and(|source| source.contains("$request."))
    }

    pub(super) fn config(&self) -> AuthorizerConfig {
        AuthorizerConfig::new(
            self.kind.as_str(),
            self.identity_source(),
            self.identity_validation_expression.clone(),
            self.result_ttl,
        )
    }
}

impl AuthorizerType {
    /// The name in API Gateway's configuration: `TOKEN`, `REQUEST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "TOKEN",
            Self::Request => "REQUEST",
        }
    }
}

/// A security scheme that this crate cannot check.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherScheme {
    /// What it is, in words.
    pub(super) kind: String,
    /// As the document has it.
    pub(super) scheme: Value,
}

impl OtherScheme {
    /// API Gateway's own check of IAM credentials.
    pub(super) fn iam(scheme: Value) -> Self {
        Self {
            kind: "IAM authorization (`awsSigv4`)".into(),
            scheme,
        }
    }

    pub(super) fn api_key(scheme: Value) -> Self {
        Self {
            kind: "an API key".into(),
            scheme,
        }
    }

    pub(super) fn cognito(scheme: Value) -> Self {
        Self {
            kind: "a Cognito user pool authorizer".into(),
            scheme,
        }
    }
}

/// A method of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// None is `ANY`.
    pub(super) method: Option<Method>,
    pub(super) path: PathTemplate,
    /// The names of the security schemes. None where the document says nothing about this operation.
    pub(super) security: Option<Vec<String>>,
    /// The name of its authorizer, once that is settled.
    pub(super) authorizer: Option<String>,
}

impl Operation {
    /// The method: `GET`, or `ANY`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// The resource, such as `/pets/{petId}`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The name of the authorizer that guards it. None: it is let through without one.
    #[must_use]
    pub fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_deref()
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}

impl Definition {
    /// In the order that a document's members are read in.
    pub(super) fn sort_operations(&mut self) {
        // `ANY` is the last of a path's members, `x-amazon-apigateway-any-method`.
        let method =
            |operation: &Operation| (operation.method.is_none(), operation.method().to_owned());
        self.operations
            .sort_by_cached_key(|operation| (operation.path().to_owned(), method(operation)));
    }

    pub(super) fn add_iam(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4"});
        let schemes = &mut self.other_schemes;
        schemes
            .entry(IAM.into())
            .or_insert_with(|| OtherScheme::iam(scheme));
    }

    pub(super) fn add_api_key(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        let schemes = &mut self.other_schemes;
        schemes
            .entry(API_KEY.into())
            .or_insert_with(|| OtherScheme::api_key(scheme));
    }

    /// The one authorizer among an operation's schemes. The error says what is wrong.
    pub(super) fn settle(&self, names: &[String]) -> Result<Option<String>, String> {
        let is_authorizer = |name: &&String| self.authorizers.contains_key(*name);
        let is_known = |name: &String| {
            self.authorizers.contains_key(name) || self.other_schemes.contains_key(name)
        };
        let unknown: Vec<_> = names.iter().filter(|name| !is_known(name)).collect();
        if !unknown.is_empty() {
            let schemes: Vec<_> = self
                .authorizers
                .keys()
                .chain(self.other_schemes.keys())
                .collect();
            let known = match schemes.is_empty() {
                true => "none".to_owned(),
                false => quoted_list(&schemes),
            };
            return Err(format!(
                "{} is no security scheme of this document; its schemes are {known}",
                quoted_list(&unknown)
            ));
        }
        let authorizers: Vec<_> = names.iter().filter(is_authorizer).collect();
        match &*authorizers {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            _ => Err(format!(
                "API Gateway has one authorizer for a method, and {} are named here; leave one",
                quoted_list(&authorizers)
            )),
        }
    }
}
