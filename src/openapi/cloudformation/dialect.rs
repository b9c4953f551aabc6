//! How templates call the same things of the two types of APIs.

use super::{
    api_gateway, api_gateway_v2, event_security, gateway_responses,
    serverless_api::ServerlessApi,
    serverless_authorizer,
    serverless_defaults::{self, Apply},
    serverless_http_authorizer,
    template::Template,
};
use crate::{
    api::WholeApi,
    openapi::{error::DefinitionError, model::Definition, node::Node},
};

/// One type of API in templates.
pub(super) struct Dialect {
    pub(super) api: &'static WholeApi,
    /// SAM's resource.
    pub(super) serverless: &'static str,
    /// CloudFormation's resource.
    pub(super) plain: &'static str,
    /// The API that SAM makes of events that name none.
    pub(super) implicit: &'static str,
    /// The section of `Globals`, which is also the type of an event.
    pub(super) section: &'static str,
    /// The property that names the API.
    pub(super) api_id: &'static str,
    pub(super) auth_members: &'static [&'static str],
    pub(super) event_auth_members: &'static [&'static str],
    /// Whether the API's `MergeDefinitions` is known.
    pub(super) can_merge: bool,
    /// Whether an event changes the operation that the API's own document has for it, without being told.
    pub(super) events_change_body: bool,
    /// What an event's `Auth` says, as names of schemes with markers among them.
    pub(super) event_security: EventSecurity,
    /// Applies the API's defaults.
    pub(super) apply_defaults: Apply,
    /// Whether an event without a method and a path is one for all that no other takes.
    pub(super) has_default_route: bool,
    /// Reads an entry of SAM's `Authorizers`.
    pub(super) authorizer: fn(&mut Definition, &str, &Node<'_>) -> Result<(), DefinitionError>,
    /// Adds authorizers that are resources of their own.
    pub(super) authorizers: Add,
    /// Adds everything else that is a resource of its own.
    pub(super) rest: &'static [Add],
}

type EventSecurity = fn(
    &mut Definition,
    &ServerlessApi<'_>,
    &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError>;

type Add = fn(&mut Definition, &Template<'_>, &str) -> Result<(), DefinitionError>;

pub(super) static DIALECTS: [Dialect; 2] = [
    Dialect {
        api: WholeApi::rest(),
        serverless: "AWS::Serverless::Api",
        plain: "AWS::ApiGateway::RestApi",
        implicit: "ServerlessRestApi",
        section: "Api",
        api_id: "RestApiId",
        auth_members: &[
            "AddApiKeyRequiredToCorsPreflight",
            "AddDefaultAuthorizerToCorsPreflight",
            "ApiKeyRequired",
            "Authorizers",
            "DefaultAuthorizer",
            "InvokeRole",
            "ResourcePolicy",
            "UsagePlan",
        ],
        event_auth_members: &[
            "ApiKeyRequired",
            "AuthorizationScopes",
            "Authorizer",
            "InvokeRole",
            "OverrideApiAuth",
            "ResourcePolicy",
        ],
        can_merge: true,
        events_change_body: false,
        event_security: event_security::of_rest_api,
        apply_defaults: serverless_defaults::of_rest_api,
        has_default_route: false,
        authorizer: serverless_authorizer::add_authorizer,
        authorizers: api_gateway::add_authorizers,
        rest: &[api_gateway::add_operations, gateway_responses::add],
    },
    Dialect {
        api: WholeApi::http(),
        serverless: "AWS::Serverless::HttpApi",
        plain: "AWS::ApiGatewayV2::Api",
        implicit: "ServerlessHttpApi",
        section: "HttpApi",
        api_id: "ApiId",
        auth_members: &["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"],
        event_auth_members: &["AuthorizationScopes", "Authorizer"],
        can_merge: false,
        events_change_body: true,
        event_security: event_security::of_http_api,
        apply_defaults: serverless_defaults::of_http_api,
        has_default_route: true,
        authorizer: serverless_http_authorizer::add_authorizer,
        authorizers: api_gateway_v2::add_authorizers,
        rest: &[api_gateway_v2::add_operations, api_gateway_v2::add_cors],
    },
];
