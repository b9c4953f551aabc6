//! Remedies are true: after the request or the policy is changed as the remedy says, the request is let through.

mod random_policies;

use std::cell::Cell;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tower_lambda_authorizer::{AmbiguousPaths, ApiType, IdentitySource, policy::Verdict};

use super::*;

const HEAD: &str = "arn:aws:execute-api:*:*:*/local/";

fn statement(effect: &str, member: &str, entries: &[&str]) -> Value {
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| format!("{HEAD}{entry}"))
        .collect();
    json!({"Effect": effect, "Action": "execute-api:Invoke", member: entries})
}

fn layer(api: ApiType, statements: &[Value], paths: AmbiguousPaths) -> Layered {
    let answer = json!({
        "principalId": "user-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": statements},
    });
    // The default stage of an HTTP API.
    let stage = if api == ApiType::Http {
        "/$default/"
    } else {
        "/local/"
    };
    let answer = answer.to_string().replace("/local/", stage);
    let answer = AuthorizerResponse::from_json(answer.as_bytes()).unwrap();
    let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    }));
    let layer = match api {
        ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer),
        ApiType::WebSocket => LambdaAuthorizerLayer::websocket_api(authorizer),
        _ => LambdaAuthorizerLayer::token(authorizer)
            .result_ttl(Duration::ZERO)
            .unwrap(),
    };
    layer.ambiguous_paths(paths)
}

async fn explain(layer: &Layered, path: &str) -> Explanation {
    layer
        .explain(with_token(path).body(Body::new()).unwrap())
        .await
}

fn causes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.remedies().iter().map(Remedy::cause).collect()
}

#[tokio::test]
async fn the_slash_remedy_is_given_only_if_the_slash_is_the_problem() {
    let allow = |entries: &[&str]| vec![statement("Allow", "Resource", entries)];
    let except = |entries: &[&str]| vec![statement("Allow", "NotResource", entries)];
    for (api, statements, path, expected) in [
        (
            ApiType::Rest,
            allow(&["GET/pets"]),
            "/pets/",
            "trailing-slash",
        ),
        (
            ApiType::Rest,
            allow(&["GET/pets/"]),
            "/pets",
            "trailing-slash",
        ),
        (
            ApiType::Http,
            allow(&["GET/pets/"]),
            "/pets",
            "trailing-slash",
        ),
        (
            ApiType::Http,
            allow(&["GET/caf\u{e9}"]),
            "/caf%C3%A9/",
            "trailing-slash",
        ),
        (ApiType::Rest, allow(&["GET"]), "/", "root-slash"),
        (ApiType::Http, allow(&["GET"]), "/", "root-slash"),
        // The path is not in a WebSocket API's method ARN.
        (ApiType::WebSocket, allow(&["*/*"]), "/", "websocket-route"),
        (
            ApiType::WebSocket,
            allow(&["*/*"]),
            "/chat",
            "websocket-route",
        ),
        (
            ApiType::WebSocket,
            allow(&["GET"]),
            "/",
            "nearest-statement",
        ),
        // An exception covers every spelling of its paths.
        (
            ApiType::Rest,
            except(&["GET/admin"]),
            "/%61dmin",
            "nearest-statement",
        ),
        (
            ApiType::Rest,
            except(&["GET/admin"]),
            "/%61dmin/",
            "nearest-statement",
        ),
        (
            ApiType::Http,
            except(&["GET/admin"]),
            "/%61dmin/",
            "nearest-statement",
        ),
        (ApiType::Rest, except(&["GET/"]), "/", "nearest-statement"),
        (
            ApiType::Rest,
            allow(&["GET/*/orders"]),
            "//orders",
            "read-as-another-path",
        ),
        (
            ApiType::Rest,
            allow(&["GET/*.css"]),
            "/admin;.css",
            "read-as-another-path",
        ),
        // Everything below the path is allowed. The trailing slash alone is not below it.
        (
            ApiType::Rest,
            allow(&["GET/pets/*"]),
            "/pets",
            "nearest-statement",
        ),
        (
            ApiType::Http,
            allow(&["*/pets/*"]),
            "/pets",
            "nearest-statement",
        ),
    ] {
        let layer = layer(api, &statements, AmbiguousPaths::Refuse);
        let explanation = explain(&layer, path).await;
        assert_eq!(
            causes(&explanation),
            [expected],
            "{api} {path}\n{explanation}"
        );
    }
}

/// Resources that are not ARNs, or are those of another API.
#[test]
fn following_a_remedy_about_the_beginning_of_an_arn_lets_the_request_through() {
    const BEGINNINGS: [&str; 5] = [
        "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/",
        "arn:aws:execute-api:*:*:*/*/",
        "execute-api:/local/",
        "",
        "arn:aws:execute-api:us-east-1:000000000000:placeholder/dev/",
    ];
    const ENDS: [&str; 8] = [
        "GET/pets",
        "*/pets",
        "GET/*/pets",
        "*/*/pets",
        "GET//pets",
        "GET/?pets",
        "GET/*",
        "GET/x",
    ];
    const PATHS: [&str; 6] = [
        "/pets", "//pets", "//x/pets", "/x/pets", "/7//pets", "//%70ets",
    ];
    let statement = (
        prop_oneof![5 => Just("Allow"), 1 => Just("Deny")],
        prop_oneof![4 => Just("execute-api:Invoke"), 1 => Just("s3:GetObject")],
        vec((select(&BEGINNINGS[..]), select(&ENDS[..])), 1..3),
    );
    let statement = statement.prop_map(|(effect, action, entries)| {
        let entries = entries
            .iter()
            .map(|(beginning, end)| format!("{beginning}{end}"));
        let entries: Vec<_> = entries.collect();
        json!({"Effect": effect, "Action": action, "Resource": entries})
    });
    let counts = Cell::new([0; 2]);
    let config = Config {
        cases: 3_000,
        failure_persistence: None,
        ..Config::default()
    };
    let strategy = (vec(statement, 1..3), select(&PATHS[..]));
    let outcome = TestRunner::new(config).run(&strategy, |(statements, path)| {
        let refused_if_ambiguous = AmbiguousPaths::Refuse;
        let given = layer(ApiType::Rest, &statements, refused_if_ambiguous);
        let explanation = tokio_test::block_on(explain(&given, path));
        let is_denied = explanation
            .policy()
            .is_some_and(|policy| policy.verdict() == Verdict::ExplicitDeny);
        for remedy in explanation.remedies() {
            let quoted: Vec<_> = remedy.text().split('`').skip(1).step_by(2).collect();
            let place = match remedy.cause() {
                "another-api" => {
                    let call = quoted
                        .iter()
                        .find_map(|text| text.strip_prefix(".api(Api::new(\""))
                        .unwrap();
                    let parts: Vec<_> = call
                        .split_once("\")?)")
                        .unwrap()
                        .0
                        .split("\", \"")
                        .collect();
                    let api = Api::new(parts[0], parts[1], parts[2], parts[3]).unwrap();
                    let changed = tokio_test::block_on(explain(&given.clone().api(api), path));
                    prop_assert!(changed.is_allowed(), "{path}\n{explanation}\n{changed}");
                    0
                }
                "resource-not-an-arn" | "resource-short-form" if !is_denied => {
                    let entry = quoted[0];
                    let meant = remedy
                        .text()
                        .split_once(": write `")
                        .unwrap()
                        .1
                        .split('`')
                        .next()
                        .unwrap();
                    let mut statements = statements.clone();
                    for text in statements
                        .iter_mut()
                        .flat_map(|it| it["Resource"].as_array_mut().unwrap())
                    {
                        if text == entry {
                            *text = meant.into();
                        }
                    }
                    let changed = tokio_test::block_on(explain(
                        &layer(ApiType::Rest, &statements, refused_if_ambiguous),
                        path,
                    ));
                    prop_assert!(changed.is_allowed(), "{path}\n{explanation}\n{changed}");
                    1
                }
                _ => continue,
            };
            let mut added = counts.get();
            added[place] += 1;
            counts.set(added);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(counts.get().iter().all(|count| *count > 30), "{counts:?}");
}

/// If the policy also refuses the request that it was made for, the cache is not the problem.
#[tokio::test]
async fn the_cache_remedy_is_given_only_if_the_policy_allowed_its_own_request() {
    let allow = |entries: &[&str]| statement("Allow", "Resource", entries);
    let deny = |entries: &[&str]| statement("Deny", "Resource", entries);
    for (statements, expected) in [
        (
            vec![allow(&["GET/pets"])],
            &["cached-for-another-request"][..],
        ),
        (
            vec![allow(&["*"]), deny(&["GET/dogs"])],
            &["cached-for-another-request"],
        ),
        (vec![deny(&["*"])], &[]),
        (vec![deny(&["GET/pets"])], &[]),
        (vec![allow(&["*"]), deny(&["GET/*"])], &[]),
        (vec![allow(&["GET/cats"])], &["nearest-statement"]),
    ] {
        let layer = layer(ApiType::Rest, &statements, AmbiguousPaths::Refuse)
            .result_ttl(Duration::from_secs(60))
            .unwrap();
        explain(&layer, "/pets").await;
        let explanation = explain(&layer, "/dogs").await;
        assert_eq!(causes(&explanation), expected, "{explanation}");
    }
}

/// A function that changes a request. The last value of a repeated header is used.
type Change = fn(Builder) -> Builder;

#[tokio::test]
#[rustfmt::skip]
async fn a_request_that_identifies_itself_as_a_remedy_says_is_let_through() {
    let expression = |pattern| token(answering(OPEN)).identity_validation_expression(pattern).unwrap();
    let tenant = || request(answering(OPEN), &["method.request.querystring.tenant"]);
    let session = || request(answering(OPEN), &["method.request.cookie.session"]);
    let authorization = |value: &'static str| get("/pets").header("authorization", value);
    let renamed: Change = |request| request.header("authorization", "t0ken");
    let table: Vec<(Layered, Builder, &str, Option<Change>)> = vec![
        (token(answering(OPEN)), get("/pets").header("x-auth-token", "t0ken"), "identity-source-under-another-name", Some(renamed)),
        (token(answering(OPEN)), get("/pets").header("x!auth-token", "t0ken"), "identity-source-under-another-name", Some(renamed)),
        (token(answering(OPEN)), get("/pets?authorization=t0ken"), "identity-source-in-another-place", Some(renamed)),
        (token(answering(OPEN)), get("/pets"), "identity-source-missing", Some(renamed)),
        (tenant(), get("/pets?Tenant=a"), "identity-source-under-another-name", Some(|request| request.uri("/pets?tenant=a"))),
        (tenant(), get("/pets").header("tenant", "a"), "identity-source-in-another-place", Some(|request| request.uri("/pets?tenant=a"))),
        (expression(r"Bearer \w{5}"), authorization("abcde"), "bearer-prefix-missing", Some(|request| request.header("authorization", "Bearer abcde"))),
        (expression(r"\w{5}"), authorization("Bearer abcde"), "bearer-prefix-unexpected", Some(|request| request.header("authorization", "abcde"))),
        // The value would also be refused under the other name or in the other place.
        (token(answering(OPEN)), get("/pets").header("x-auth-token", ""), "identity-source-missing", Some(renamed)),
        (expression(r"\w{5}"), get("/pets").header("x-auth-token", "a b"), "identity-source-missing", Some(renamed)),
        (expression(r"\w{5}"), get("/pets?authorization=a%20b"), "identity-source-missing", Some(renamed)),
        (tenant(), get("/pets?Tenant="), "identity-source-missing", None),
        (tenant(), get("/pets").header("tenant", " "), "identity-source-missing", None),
        // All values of a name are renamed, and the last one is used.
        (token(answering(OPEN)), get("/pets").header("x-auth-token", "t0ken").header("x-auth-token", ""), "identity-source-missing", Some(renamed)),
        (token(answering(OPEN)), get("/pets").header("x-auth-token", "").header("x-auth-token", "t0ken"), "identity-source-under-another-name", Some(renamed)),
        (tenant(), get("/pets?Tenant=a&Tenant="), "identity-source-missing", None),
        // This is not a valid header value.
        (token(answering(OPEN)), get("/pets?authorization=a%0Ab"), "identity-source-missing", Some(renamed)),
        // As cookies, these can be read in several ways.
        (session(), get("/pets").header("session", "a b"), "identity-source-missing", Some(|request| request.header("cookie", "session=a"))),
        (session(), get("/pets").header("session", "a"), "identity-source-in-another-place", Some(|request| request.header("cookie", "session=a"))),
        (session(), get("/pets?session=a&session=b"), "identity-source-missing", None),
        (session(), get("/pets").header("cookie", "ses-sion=a; ses-sion=b"), "identity-source-missing", None),
        (session(), get("/pets").header("cookie", "ses-sion=a"), "identity-source-under-another-name", Some(|request| request.header("cookie", "session=a"))),
    ];
    for (layer, request, cause, change) in table {
        let sent = request.body(Body::new()).unwrap();
        let explanation = layer.explain(sent.clone()).await;
        assert_eq!(causes(&explanation), [cause], "{sent:?}\n{explanation}");
        // What the remedy calls an identity source can be one.
        let source = explanation.remedies()[0].text().split_once(", or make `");
        if let Some((_, source)) = source {
            let source = source.split('`').next().unwrap();
            source.parse::<IdentitySource>().unwrap();
        }
        let Some(change) = change else { continue };
        let mut changed = Request::builder().uri(sent.uri());
        changed.headers_mut().unwrap().extend(sent.headers().clone());
        let changed = change(changed).body(Body::new()).unwrap();
        let explanation = layer.explain(changed).await;
        assert!(explanation.is_allowed(), "{sent:?}\n{explanation}");
    }
}
