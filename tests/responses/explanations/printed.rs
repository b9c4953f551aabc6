//! Explanations as they are printed on a terminal.

use super::*;

/// This 401 without an invocation is the reason why the crate exists.
#[tokio::test]
async fn a_401_without_an_invocation_is_explained_on_a_terminal() {
    let layer = request(
        answering(OPEN),
        &[
            "method.request.header.Authorization",
            "method.request.querystring.tenant",
        ],
    );
    let explanation = explanations(&layer, vec![get("/pets?tenant=acme")]).await;
    let transcript = "\
UNAUTHORIZED 401: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
  request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets
  identity    `method.request.header.Authorization` is missing
              `method.request.querystring.tenant` is present
  cache       not asked
  authorizer  not invoked
  response    API Gateway's default
  to do       `method.request.querystring.tenant` is present, but all identity sources are required. If one of them is enough, combine them with `IdentitySource::first_of`. API Gateway does not have that: there, configure no identity source, set the result TTL to 0, and let the authorizer read the request
              send the header `Authorization`; without it, the gateway answers by itself and does not invoke the authorizer, so the function's log shows nothing
";
    assert_eq!(explanation.to_string(), transcript);
}

#[tokio::test]
async fn a_denial_by_a_cached_policy_is_explained_step_by_step() {
    let layer = token(echoing());
    explanations(&layer, vec![with_token("/pets")]).await;
    let explanation = explanations(&layer, vec![with_token("/dogs")]).await;
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["allowed"], false);
    assert_eq!(json["cache"]["state"], "hit");
    assert_eq!(json["authorizer"]["state"], "reused");
    let pets = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets";
    assert_eq!(json["authorizer"]["madeFor"], pets);
    assert_eq!(json["policy"]["verdict"], "ImplicitDeny");
    assert_eq!(json["response"]["responseType"], "ACCESS_DENIED");
    assert_eq!(json["response"]["status"], 403);
    assert_eq!(json["response"]["entry"], "none");
    assert_eq!(json["identity"][0]["found"], "present");
}

#[tokio::test]
async fn a_cached_unauthorized_has_its_own_age() {
    let clock = ManualClock::new(SystemTime::now());
    let cache = ResultCache::new().unauthorized_ttl(Duration::from_secs(10));
    let layer = LambdaAuthorizerLayer::token(failing("Unauthorized"))
        .cache(cache)
        .clock(clock.clock());
    explanations(&layer, vec![with_token("/pets")]).await;
    clock.advance(Duration::from_secs(1));
    let request = with_token("/pets").body(Body::new()).unwrap();
    let explanation = layer.explain(request).await;
    assert_eq!(explanation.cache().to_string(), "hit, 1.0 s old");
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(
        json["cache"],
        serde_json::json!({"state": "hit", "ageSeconds": 1.0})
    );
}

#[tokio::test]
async fn in_json_the_time_of_a_call_is_in_seconds() {
    let clock = ManualClock::new(SystemTime::now());
    let layer_clock = clock.clock();
    let layer = token(BoxAuthorizer::new(authorizer_fn(move |_| {
        clock.advance(Duration::from_millis(1_500));
        std::future::ready(AuthorizerResponse::from_json(OPEN.as_bytes()).map_err(Into::into))
    })));
    let layer = layer.clock(layer_clock);
    let explanation = explanations(&layer, vec![with_token("/pets")]).await;
    let authorizer = explanation.authorizer();
    assert_eq!(authorizer.to_string(), "invoked, answered in 1500 ms");
    assert_eq!(
        serde_json::to_value(authorizer).unwrap(),
        serde_json::json!({"state": "answered", "tookSeconds": 1.5})
    );
}

/// A clock that stands still does not know how long the authorizer took.
#[tokio::test]
async fn a_call_has_no_duration_if_no_time_has_passed() {
    let clock = ManualClock::new(SystemTime::now()).clock();
    for (authorizer, state) in [(answering(OPEN), "answered"), (failing("broken"), "failed")] {
        let layer = token(authorizer).clock(clock.clone());
        let explanation = explanations(&layer, vec![with_token("/pets")]).await;
        let authorizer = explanation.authorizer();
        assert_eq!(authorizer.to_string(), format!("invoked, {state}"));
        let json = serde_json::to_value(authorizer).unwrap();
        assert!(json["tookSeconds"].is_null(), "{json}");
    }
}

#[tokio::test]
async fn a_validation_expression_is_shown_as_configured() {
    let layer = token(answering(OPEN))
        .identity_validation_expression(r"\w{5}")
        .unwrap();
    for (sent, matches) in [("abc", false), ("abcde", true)] {
        let request = get("/pets").header("authorization", sent);
        let explanation = explanations(&layer, vec![request]).await;
        let validation = explanation.validation_expression().unwrap();
        assert_eq!(validation.expression(), r"\w{5}");
        assert_eq!(validation.matches(), matches, "{sent}");
        assert!(
            explanation.to_string().contains(r"`\w{5}`"),
            "{explanation}"
        );
    }
}
