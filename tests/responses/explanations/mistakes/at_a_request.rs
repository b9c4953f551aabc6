//! Mistakes that the explanation of a refusal names.

use tower_lambda_authorizer::policy::{Condition, Effect, Statement};

use super::super::*;

/// The explanation, without the times.
async fn why<A: tower_lambda_authorizer::Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
    request: Builder,
) -> String {
    let explanation = layer.explain(request.body(()).unwrap()).await.to_string();
    let mut printed = String::new();
    for line in explanation.lines() {
        let line = match line.strip_prefix("  authorizer  invoked, ") {
            Some(outcome) => {
                let outcome = outcome.split(" in ").next().unwrap();
                format!("  authorizer  invoked, {outcome}")
            }
            None if line.starts_with("  cache       hit, ") => "  cache       hit".to_owned(),
            None => line.to_owned(),
        };
        printed += &line;
        printed.push('\n');
    }
    printed
}

/// The token is in another header
///
/// The authorizer is not called, so its log has no line about this 401.
pub(super) async fn a_token_in_another_header() -> String {
    let layer =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let request = Request::get("/pets").header("x-auth-token", "t0ken");
    why(&layer, request).await
}

/// A validation expression without `Bearer`
///
/// The expression has to match the whole header value.
pub(super) async fn an_expression_without_bearer() -> String {
    let layer =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let layer = layer
        .identity_validation_expression(r"[\w-]+\.[\w-]+\.[\w-]+")
        .unwrap();
    let request = Request::get("/pets").header("authorization", "Bearer aaa.bbb.ccc");
    why(&layer, request).await
}

/// A browser's preflight
///
/// Before a script's request to another origin, the browser sends an `OPTIONS` request, which never has credentials.
pub(super) async fn a_browsers_preflight() -> String {
    let layer =
        LambdaAuthorizerLayer::token(authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*"))));
    let request = Request::options("/pets")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET");
    why(&layer, request).await
}

/// A path as a resource
///
/// A resource in a policy is an ARN, not a path.
pub(super) async fn a_path_as_a_resource() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("/pets"))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A path in a `Deny`
///
/// If a resource of a `Deny` is not an ARN, the `Deny` applies to every request.
pub(super) async fn a_denied_path() -> String {
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, ["/admin"]),
    ]);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let policy = policy.clone();
        async { Ok(AuthorizerResponse::policy(policy)) }
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A resource as in a resource policy
///
/// API Gateway's documentation of *resource policies* has this form. In an authorizer's policy it is not valid.
pub(super) async fn a_resource_as_in_a_resource_policy() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("execute-api:/local/GET/pets"))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// The action of another service
///
/// The caller invokes the API, not the function behind it.
pub(super) async fn an_action_of_another_service() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(
            br#"{"policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
            }}"#,
        )?)
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
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
    let allow = Statement::invoke(Effect::Allow, ["*"])
        .with_condition(office)
        .unwrap();
    let policy = PolicyDocument::new([allow]);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let policy = policy.clone();
        async { Ok(AuthorizerResponse::policy(policy)) }
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A condition on a misspelt key
///
/// A condition key can have any name, because an application can define its own keys. A `lint` in a test finds the
/// mistake before a client does: see the last section.
pub(super) async fn a_condition_on_a_misspelt_key() -> String {
    let chrome = Condition::new("StringLike", "aws:UserAgents", ["*Chrome*"]).unwrap();
    let allow = Statement::invoke(Effect::Allow, ["*"])
        .with_condition(chrome)
        .unwrap();
    let policy = PolicyDocument::new([allow]);
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
        let policy = policy.clone();
        async { Ok(AuthorizerResponse::policy(policy)) }
    }));
    let request = Request::get("/pets")
        .header("authorization", "t0ken")
        .header("user-agent", "Chrome");
    why(&layer, request).await
}

/// A handshake with a method and a path
///
/// The ARN of a WebSocket API's handshake ends in `$connect`.
pub(super) async fn a_handshake_with_a_method_and_a_path() -> String {
    let layer = LambdaAuthorizerLayer::websocket_api(authorizer_fn(async |_| {
        let stage = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local";
        Ok(AuthorizerResponse::allow(format!("{stage}/*/*")))
    }));
    let request = Request::get("/chat").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A simple response of a REST API
///
/// A REST API has no simple responses.
pub(super) async fn yes_or_no_on_a_rest_api() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::simple(true))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A policy without a principal
///
/// An HTTP API requires the principal. A REST API does not.
pub(super) async fn a_policy_without_a_principal() -> String {
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("*"))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// `Unauthorized` with more words
///
/// As on API Gateway, only the exact message `Unauthorized` becomes a 401.
pub(super) async fn unauthorized_with_more_words() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Err(AuthorizerError::new("Unauthorized: the token has expired"))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A router's path in a policy
///
/// A policy does not know the parameters of a path. Its only wildcards are `*` and `?`.
pub(super) async fn a_routers_path_in_a_policy() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request: AuthorizerRequest| {
        let policy = request
            .policy_builder()
            .allow("GET", "/pets/{id}")
            .build()?;
        Ok(AuthorizerResponse::policy(policy))
    }));
    let request = Request::get("/pets/7").header("authorization", "t0ken");
    why(&layer, request).await
}

/// JSON in a string
///
/// The function called `JSON.stringify` or `json.dumps`, and the runtime did the same again.
pub(super) async fn an_answer_in_a_string() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(
            br#""{\"principalId\": \"user-1\", \"policyDocument\": {}}""#,
        )?)
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A member in lower case
///
/// The names of a policy's members begin with a capital letter. Those of the answer around it do not.
pub(super) async fn a_member_in_lower_case() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(
            br#"{"policyDocument": {
            "Version": "2012-10-17",
            "statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]
        }}"#,
        )?)
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A misspelt `isAuthorized`
///
/// Neither API Gateway nor this crate guesses what an answer means.
pub(super) async fn british_spelling() -> String {
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(br#"{"isAuthorised": true}"#)?)
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// An HTTP response
///
/// An authorizer decides about a request. It cannot answer the client.
pub(super) async fn an_http_response() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::from_json(
            br#"{"statusCode": 401, "body": "Who are you?"}"#,
        )?)
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}

/// A list in the context
///
/// Only an HTTP API with the payload format 2.0 accepts lists and objects.
pub(super) async fn a_list_in_the_context() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |_| {
        let roles = serde_json::json!(["reader", "writer"]);
        Ok(AuthorizerResponse::allow("*").with_context("roles", roles))
    }));
    let request = Request::get("/pets").header("authorization", "t0ken");
    why(&layer, request).await
}
