//! Mistakes that the explanation of a refusal names.

use tower_lambda_authorizer::{
    Authorizer,
    policy::{Condition, Effect, Statement},
};

use super::super::*;

/// What the page shows of an explanation: what happened, and what to do.
async fn why<A: Authorizer>(layer: &LambdaAuthorizerLayer<A>, request: Builder) -> String {
    let explanation = layer.explain(request.body(()).unwrap()).await.to_string();
    let (happened, steps) = explanation.split_once('\n').unwrap();
    let (_, remedies) = steps.split_once("  to do ").unwrap();
    format!("{happened}\n  to do {remedies}")
}

// What a section does not show is as the page's introduction says.

fn usual_request() -> Builder {
    Request::get("/pets").header("authorization", "t0ken")
}

async fn why_refused<A: Authorizer>(authorizer: A) -> String {
    why(&LambdaAuthorizerLayer::token(authorizer), usual_request()).await
}

async fn why_policy(policy: PolicyDocument, request: Builder) -> String {
    let layer = answering(AuthorizerResponse::policy(policy));
    why(&layer, request).await
}

fn authorizer() -> impl Authorizer {
    authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")))
}

fn answering(answer: AuthorizerResponse) -> LambdaAuthorizerLayer<impl Authorizer> {
    LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    }))
}

/// The token is in another header
///
/// The authorizer is not called, so its log has no line about this 401.
pub(super) async fn a_token_in_another_header() -> String {
    let request = Request::get("/pets").header("x-auth-token", "t0ken");
    why(&LambdaAuthorizerLayer::token(authorizer()), request).await
}

/// A validation expression without `Bearer`
///
/// The expression has to match the whole header value.
pub(super) async fn an_expression_without_bearer() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer())
        .identity_validation_expression(r"[\w-]+\.[\w-]+\.[\w-]+")
        .unwrap();
    let request = Request::get("/pets").header("authorization", "Bearer aaa.bbb.ccc");
    why(&layer, request).await
}

/// A browser's preflight
///
/// Before a script's request to another origin, the browser sends an `OPTIONS` request, which never has credentials.
pub(super) async fn a_browsers_preflight() -> String {
    let request = Request::options("/pets")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET");
    why(&LambdaAuthorizerLayer::token(authorizer()), request).await
}

/// A path as a resource
///
/// A resource in a policy is an ARN, not a path.
pub(super) async fn a_path_as_a_resource() -> String {
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("/pets")));
    why_refused(authorizer).await
}

/// A path in a `Deny`
///
/// If a resource of a `Deny` is not an ARN, the `Deny` applies to every request.
pub(super) async fn a_denied_path() -> String {
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, ["/admin"]),
    ]);
    why_policy(policy, usual_request()).await
}

/// A resource as in a resource policy
///
/// API Gateway's documentation of *resource policies* has this form. In an authorizer's policy it is not valid.
pub(super) async fn a_resource_as_in_a_resource_policy() -> String {
    let answer = AuthorizerResponse::allow("execute-api:/local/GET/pets");
    why(&answering(answer), usual_request()).await
}

/// The action of another service
///
/// The caller invokes the API, not the function behind it.
pub(super) async fn an_action_of_another_service() -> String {
    let authorizer = authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(
            br#"{"policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
            }}"#,
        )?)
    });
    why_refused(authorizer).await
}

/// The second path of the same caller
///
/// The policy for the first path is cached, and it also decides about the second path.
pub(super) async fn the_second_path() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request: AuthorizerRequest| {
        Ok(AuthorizerResponse::allow(request.method_arn()))
    }));
    let first = Request::get("/pets").header("authorization", "t0ken");
    assert!(layer.explain(first.body(()).unwrap()).await.is_allowed());
    let second = Request::get("/dogs").header("authorization", "t0ken");
    why(&layer, second).await
}

/// A condition on an address that is not known
///
/// The server does not tell the layer the client's address.
pub(super) async fn an_address_that_is_not_known() -> String {
    let office = Condition::new("IpAddress", "aws:SourceIp", ["203.0.113.0/24"]).unwrap();
    let allow = Statement::invoke(Effect::Allow, ["*"]).with_condition(office);
    let policy = PolicyDocument::new([allow.unwrap()]);
    why_policy(policy, usual_request()).await
}

/// A condition on a misspelt key
///
/// A condition key can have any name, because an application can define its own keys. A `lint` in a test finds the
/// mistake before a client does: see the last section.
pub(super) async fn a_condition_on_a_misspelt_key() -> String {
    let chrome = Condition::new("StringLike", "aws:UserAgents", ["*Chrome*"]).unwrap();
    let allow = Statement::invoke(Effect::Allow, ["*"]).with_condition(chrome);
    let policy = PolicyDocument::new([allow.unwrap()]);
    let request = Request::get("/pets")
        .header("authorization", "t0ken")
        .header("user-agent", "Chrome");
    why_policy(policy, request).await
}

/// A handshake with a method and a path
///
/// The ARN of a WebSocket API's handshake ends in `$connect`.
pub(super) async fn a_handshake_with_a_method_and_a_path() -> String {
    let layer = LambdaAuthorizerLayer::websocket_api(authorizer_fn(async |_| {
        let stage = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local";
        Ok(AuthorizerResponse::allow(format!("{stage}/*/*")))
    }));
    why(&layer, usual_request()).await
}

/// A simple response of a REST API
///
/// A REST API has no simple responses.
pub(super) async fn yes_or_no_on_a_rest_api() -> String {
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::simple(true)));
    why_refused(authorizer).await
}

/// A policy without a principal
///
/// An HTTP API requires the principal. A REST API does not.
pub(super) async fn a_policy_without_a_principal() -> String {
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")));
    let layer = LambdaAuthorizerLayer::http_api(authorizer);
    why(&layer, usual_request()).await
}

/// `Unauthorized` with more words
///
/// As on API Gateway, only the exact message `Unauthorized` becomes a 401.
pub(super) async fn unauthorized_with_more_words() -> String {
    let authorizer =
        authorizer_fn(async |_| Err(AuthorizerError::new("Unauthorized: the token has expired")));
    why_refused(authorizer).await
}

/// A router's path in a policy
///
/// A policy does not know the parameters of a path. Its only wildcards are `*` and `?`.
pub(super) async fn a_routers_path_in_a_policy() -> String {
    let authorizer = authorizer_fn(async |request: AuthorizerRequest| {
        let policy = request.policy_builder().allow("GET", "/pets/{id}");
        Ok(AuthorizerResponse::policy(policy.build()?))
    });
    why_refused(authorizer).await
}

/// JSON in a string
///
/// The function called `JSON.stringify` or `json.dumps`, and the runtime did the same again.
pub(super) async fn an_answer_in_a_string() -> String {
    let answer = br#""{\"principalId\": \"user-1\", \"policyDocument\": {}}""#;
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::from_json(answer)?));
    why_refused(authorizer).await
}

/// A member in lower case
///
/// The names of a policy's members begin with a capital letter. Those of the answer around it do not.
pub(super) async fn a_member_in_lower_case() -> String {
    let answer = br#"{"policyDocument": {
        "Version": "2012-10-17",
        "statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]
    }}"#;
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::from_json(answer)?));
    why_refused(authorizer).await
}

/// A misspelt `isAuthorized`
///
/// Neither API Gateway nor this crate guesses what an answer means.
pub(super) async fn british_spelling() -> String {
    let answer = br#"{"isAuthorised": true}"#;
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::from_json(answer)?));
    let layer = LambdaAuthorizerLayer::http_api(authorizer);
    why(&layer, usual_request()).await
}

/// An HTTP response
///
/// An authorizer decides about a request. It cannot answer the client.
pub(super) async fn an_http_response() -> String {
    let answer = br#"{"statusCode": 401, "body": "Who are you?"}"#;
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::from_json(answer)?));
    why_refused(authorizer).await
}

/// A list in the context
///
/// Only an HTTP API with the payload format 2.0 accepts lists and objects.
pub(super) async fn a_list_in_the_context() -> String {
    let authorizer = authorizer_fn(async |_| {
        let roles = serde_json::json!(["reader", "writer"]);
        Ok(AuthorizerResponse::allow("*").with_context("roles", roles))
    });
    why_refused(authorizer).await
}
