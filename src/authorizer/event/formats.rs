//! What API Gateway sends in each format: the members of the event, in the recorded order.

use super::{
    fact::Fact::{self, *},
    member::{Member, always, object, unless_empty},
    spelling::Spelling,
};
use crate::request::arn;

/// A TOKEN authorizer of a REST API.
pub(super) const TOKEN: &[Member] = &[
    always("type", Text("TOKEN")),
    always("methodArn", MethodArn),
    always("authorizationToken", Token),
];

/// A REQUEST authorizer of a REST API.
pub(super) const REST_REQUEST: &[Member] = &[
    always("type", Text("REQUEST")),
    always("methodArn", MethodArn),
    always("resource", ResourceOrPath),
    always("path", Path),
    always("httpMethod", Method),
    always("headers", LastHeaders),
    always("multiValueHeaders", AllHeaders),
    always("queryStringParameters", LastQueryParameters),
    always("multiValueQueryStringParameters", AllQueryParameters),
    always("pathParameters", PathParameters),
    always("stageVariables", StageVariables),
    object("requestContext", REST_CONTEXT),
];

const REST_CONTEXT: &[Member] = &[
    always("resourceId", PLACEHOLDER),
    always("resourcePath", ResourceOrPath),
    always("httpMethod", Method),
    always("extendedRequestId", ExtendedRequestId),
    always("requestTime", Time),
    always("path", PathWithStage),
    always("accountId", AccountId),
    always("protocol", Protocol),
    always("stage", Stage),
    always("domainPrefix", DomainPrefix),
    always("requestTimeEpoch", TimeEpoch),
    always("requestId", RequestId),
    object("identity", REST_IDENTITY),
    always("domainName", DomainName),
    always("deploymentId", PLACEHOLDER),
    always("apiId", ApiId),
];

const REST_IDENTITY: &[Member] = &[
    always("cognitoIdentityPoolId", ONLY_INSIDE_AWS),
    always("accountId", ONLY_INSIDE_AWS),
    always("cognitoIdentityId", ONLY_INSIDE_AWS),
    always("caller", ONLY_INSIDE_AWS),
    always("sourceIp", SourceIp),
    always("principalOrgId", ONLY_INSIDE_AWS),
    always("accessKey", ONLY_INSIDE_AWS),
    always("cognitoAuthenticationType", ONLY_INSIDE_AWS),
    always("cognitoAuthenticationProvider", ONLY_INSIDE_AWS),
    always("userArn", ONLY_INSIDE_AWS),
    always("userAgent", UserAgent),
    always("user", ONLY_INSIDE_AWS),
];

/// An authorizer of an HTTP API with the payload format 1.0.
pub(super) const HTTP_V1: &[Member] = &[
    always("version", Text("1.0")),
    always("type", Text("REQUEST")),
    always("methodArn", MethodArn),
    always("identitySource", JoinedIdentity),
    always("authorizationToken", JoinedIdentity),
    always("resource", Text("")),
    always("path", PathWithStage),
    always("httpMethod", Method),
    always("headers", JoinedHeaders(Spelling::CapitalizedButTwo)),
    always("queryStringParameters", LastQueryParameters),
    object("requestContext", HTTP_V1_CONTEXT),
    always("pathParameters", PathParameters),
    always("stageVariables", StageVariables),
];

const HTTP_V1_CONTEXT: &[Member] = &[
    always("accountId", AccountId),
    always("apiId", ApiId),
    always("domainName", DomainName),
    always("domainPrefix", DomainPrefix),
    always("extendedRequestId", ExtendedRequestId),
    always("httpMethod", Method),
    object("identity", HTTP_V1_IDENTITY),
    always("path", PathWithStage),
    always("protocol", Protocol),
    // The extended id in both members, as recorded.
    always("requestId", ExtendedRequestId),
    always("requestTime", Time),
    always("requestTimeEpoch", TimeEpoch),
    always("resourceId", RouteKey),
    always("resourcePath", ResourceOrDefaultRoute),
    always("stage", Stage),
];

const HTTP_V1_IDENTITY: &[Member] = &[
    always("accessKey", ONLY_INSIDE_AWS),
    always("accountId", ONLY_INSIDE_AWS),
    always("caller", ONLY_INSIDE_AWS),
    always("cognitoAmr", ONLY_INSIDE_AWS),
    always("cognitoAuthenticationProvider", ONLY_INSIDE_AWS),
    always("cognitoAuthenticationType", ONLY_INSIDE_AWS),
    always("cognitoIdentityId", ONLY_INSIDE_AWS),
    always("cognitoIdentityPoolId", ONLY_INSIDE_AWS),
    always("principalOrgId", ONLY_INSIDE_AWS),
    always("sourceIp", SourceIp),
    always("user", ONLY_INSIDE_AWS),
    always("userAgent", UserAgent),
    always("userArn", ONLY_INSIDE_AWS),
];

/// An authorizer of an HTTP API with the payload format 2.0.
pub(super) const HTTP_V2: &[Member] = &[
    always("version", Text("2.0")),
    always("type", Text("REQUEST")),
    always("routeArn", MethodArn),
    always("identitySource", Identity),
    always("routeKey", RouteKey),
    always("rawPath", PathWithStage),
    always("rawQueryString", RawQuery),
    unless_empty("cookies", Cookies),
    always("headers", JoinedHeaders(Spelling::LowerCase)),
    unless_empty("queryStringParameters", JoinedQueryParameters),
    object("requestContext", HTTP_V2_CONTEXT),
    unless_empty("pathParameters", PathParameters),
    unless_empty("stageVariables", StageVariables),
];

const HTTP_V2_CONTEXT: &[Member] = &[
    always("accountId", AccountId),
    always("apiId", ApiId),
    always("domainName", DomainName),
    always("domainPrefix", DomainPrefix),
    object("http", HTTP_V2_REQUEST),
    always("requestId", ExtendedRequestId),
    always("routeKey", RouteKey),
    always("stage", Stage),
    always("time", Time),
    always("timeEpoch", TimeEpoch),
];

const HTTP_V2_REQUEST: &[Member] = &[
    always("method", Method),
    always("path", PathWithStage),
    always("protocol", Protocol),
    always("sourceIp", SourceIp),
    always("userAgent", UserAgent),
];

/// The `$connect` route of a WebSocket API.
pub(super) const CONNECT: &[Member] = &[
    always("type", Text("REQUEST")),
    always("methodArn", MethodArn),
    always("headers", LastHandshakeHeaders),
    always("multiValueHeaders", AllHandshakeHeaders),
    always("queryStringParameters", LastQueryParameters),
    always("multiValueQueryStringParameters", AllQueryParameters),
    always("stageVariables", StageVariables),
    object("requestContext", CONNECT_CONTEXT),
];

const CONNECT_CONTEXT: &[Member] = &[
    always("routeKey", Text(arn::CONNECT)),
    always("eventType", Text("CONNECT")),
    always("extendedRequestId", ExtendedRequestId),
    always("requestTime", Time),
    always("messageDirection", Text("IN")),
    always("stage", Stage),
    always("connectedAt", TimeEpoch),
    always("requestTimeEpoch", TimeEpoch),
    object("identity", CONNECT_IDENTITY),
    // The extended id in both members, as recorded.
    always("requestId", ExtendedRequestId),
    always("domainName", DomainName),
    always("connectionId", ConnectionId),
    always("apiId", ApiId),
];

const CONNECT_IDENTITY: &[Member] = &[
    always("sourceIp", SourceIp),
    unless_empty("userAgent", UserAgent),
];

/// An id of something that exists only on API Gateway.
const PLACEHOLDER: Fact = Text("placeholder");

/// What only callers with AWS credentials have.
const ONLY_INSIDE_AWS: Fact = Null;
