//! The different names in templates for the same things of the two types of APIs.

use crate::api::WholeApi;

/// One type of API in templates.
pub(super) struct Dialect {
    pub(super) kind: Kind,
    pub(super) api: &'static WholeApi,
    /// SAM's resource for the API.
    pub(super) serverless: &'static str,
    /// CloudFormation's resource for the API.
    pub(super) plain: &'static str,
    /// The API that SAM creates for events that name none.
    pub(super) implicit: &'static str,
    /// The section of `Globals`, which is also the type of an event.
    pub(super) section: &'static str,
    /// The property that names the API.
    pub(super) api_id: &'static str,
    /// The resources that create a stage.
    pub(super) stages: &'static [&'static str],
    pub(super) auth_members: &'static [&'static str],
    pub(super) event_auth_members: &'static [&'static str],
    /// The members of an entry of SAM's `Authorizers`.
    pub(super) serverless_authorizer_members: &'static [&'static str],
    pub(super) authorizer: AuthorizerResource,
    /// The `AuthorizationType` of the other managed authorizer: Cognito's, or JWT.
    pub(super) managed_authorization: &'static str,
    /// Every `AuthorizationType`, for messages.
    pub(super) authorization_types: &'static str,
    /// Whether SAM supports the API's `MergeDefinitions`.
    pub(super) can_merge: bool,
    /// Whether an event changes its operation in the API's own document without `OverrideApiAuth`.
    pub(super) events_change_body: bool,
    /// Whether an event without a method and a path is the default route.
    pub(super) has_default_route: bool,
}

/// The types of APIs that a template can be read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rest,
    Http,
}

/// The resource of an authorizer.
pub(super) struct AuthorizerResource {
    pub(super) kind: &'static str,
    /// The property that says which type of authorizer it is.
    pub(super) type_property: &'static str,
    /// Every type of authorizer, for messages.
    pub(super) types: &'static str,
    pub(super) members: &'static [&'static str],
}

pub(super) static DIALECTS: [Dialect; 2] = [
    Dialect {
        kind: Kind::Rest,
        api: WholeApi::rest(),
        serverless: "AWS::Serverless::Api",
        plain: "AWS::ApiGateway::RestApi",
        implicit: "ServerlessRestApi",
        section: "Api",
        api_id: "RestApiId",
        stages: &["AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"],
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
        serverless_authorizer_members: &[
            "AuthorizationScopes",
            "DisableFunctionDefaultPermissions",
            "FunctionArn",
            "FunctionInvokeRole",
            "FunctionPayloadType",
            "Identity",
            "UserPoolArn",
        ],
        authorizer: AuthorizerResource {
            kind: "AWS::ApiGateway::Authorizer",
            type_property: "Type",
            types: "`TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`",
            members: &[
                "AuthType",
                "AuthorizerCredentials",
                "AuthorizerResultTtlInSeconds",
                "AuthorizerUri",
                "IdentitySource",
                "IdentityValidationExpression",
                "Name",
                "ProviderARNs",
                "RestApiId",
                "Type",
            ],
        },
        managed_authorization: "COGNITO_USER_POOLS",
        authorization_types: "`NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`",
        can_merge: true,
        events_change_body: false,
        has_default_route: false,
    },
    Dialect {
        kind: Kind::Http,
        api: WholeApi::http(),
        serverless: "AWS::Serverless::HttpApi",
        plain: "AWS::ApiGatewayV2::Api",
        implicit: "ServerlessHttpApi",
        section: "HttpApi",
        api_id: "ApiId",
        stages: &["AWS::ApiGatewayV2::Stage"],
        auth_members: &["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"],
        event_auth_members: &["AuthorizationScopes", "Authorizer"],
        serverless_authorizer_members: &[
            "AuthorizationScopes",
            "AuthorizerPayloadFormatVersion",
            "EnableFunctionDefaultPermissions",
            "EnableSimpleResponses",
            "FunctionArn",
            "FunctionInvokeRole",
            "Identity",
            "IdentitySource",
            "JwtConfiguration",
        ],
        authorizer: AuthorizerResource {
            kind: "AWS::ApiGatewayV2::Authorizer",
            type_property: "AuthorizerType",
            types: "`REQUEST` or `JWT`",
            members: &[
                "ApiId",
                "AuthorizerCredentialsArn",
                "AuthorizerPayloadFormatVersion",
                "AuthorizerResultTtlInSeconds",
                "AuthorizerType",
                "AuthorizerUri",
                "EnableSimpleResponses",
                "IdentitySource",
                "IdentityValidationExpression",
                "JwtConfiguration",
                "Name",
            ],
        },
        managed_authorization: "JWT",
        authorization_types: "`NONE`, `AWS_IAM`, `CUSTOM` or `JWT`",
        can_merge: false,
        events_change_body: true,
        has_default_route: true,
    },
];
