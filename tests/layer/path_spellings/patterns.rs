//! A client's path or method never becomes a pattern in a policy that contains it.

use std::{convert::Infallible, time::Duration};

use http::{Method, Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, Denial,
    LambdaAuthorizerLayer, authorizer_fn,
    policy::{
        Condition, Effect, EvaluationRequest, PolicyBuilder, PolicyDocument, Statement, Verdict,
        Version,
    },
    testing::{MockAnswer, MockAuthorizer},
};

type Layer_ = LambdaAuthorizerLayer<BoxAuthorizer>;

/// Builds the policy from the ARN's text, as an authorizer in another language does.
fn echoing() -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        let answer = serde_json::json!({"principalId": "p", "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
                           "Resource": request.method_arn().as_str()}],
        }});
        Ok(AuthorizerResponse::from_json(
            answer.to_string().as_bytes(),
        )?)
    }))
}

/// Builds the policy as in the README.
fn allowing_this() -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(|request: AuthorizerRequest| async move {
        Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id("p"))
    }))
}

fn mock() -> BoxAuthorizer {
    BoxAuthorizer::new(MockAuthorizer::answering(MockAnswer::allow_this()))
}

/// Each kind of layer that has a method ARN with a path.
fn layers(authorizer: fn() -> BoxAuthorizer) -> [Layer_; 3] {
    let sources = ["method.request.header.Authorization"];
    [
        LambdaAuthorizerLayer::token(authorizer()),
        LambdaAuthorizerLayer::request(authorizer(), sources).unwrap(),
        LambdaAuthorizerLayer::http_api(authorizer()),
    ]
    .map(|layer| layer.result_ttl(Duration::from_secs(60)).unwrap())
}

/// The status, and the reason of a refusal.
async fn send(layer: &Layer_, method: &str, path: &str) -> (u16, String) {
    let service = layer.layer(service_fn(async |_: Request<String>| {
        Ok::<_, Infallible>(Response::new(http_body_util::Empty::<bytes::Bytes>::new()))
    }));
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header("authorization", "t")
        .body(String::new());
    let response = service.oneshot(request.unwrap()).await.unwrap();
    let denial = response.extensions().get::<Denial>();
    let reason = denial.map(|denial| denial.reason().to_string());
    (response.status().as_u16(), reason.unwrap_or_default())
}

/// A request whose ARN would be a pattern, and a request that the pattern would cover.
const ATTACKS: [(&str, &str, &str, &str); 17] = [
    ("GET", "/pets/*", "GET", "/pets/secret"),
    ("GET", "/*", "GET", "/pets/secret"),
    ("GET", "/pets/secre*", "GET", "/pets/secret"),
    ("GET", "/pets/%2A", "GET", "/pets/secret"),
    ("GET", "/pets/%2a", "GET", "/pets/secret"),
    ("GET", "/pets/secre%3F", "GET", "/pets/secret"),
    ("GET", "/pets/secre%3ft", "GET", "/pets/secret"),
    (
        "GET",
        "/pets/${aws:UserAgent, 'secret'}",
        "GET",
        "/pets/secret",
    ),
    (
        "GET",
        "/pets/%24%7Baws:UserAgent,%20'secret'%7D",
        "GET",
        "/pets/secret",
    ),
    ("GET", "/pets/$%7Ba,%20'secret'}", "GET", "/pets/secret"),
    ("*", "/pets/7", "DELETE", "/pets/7"),
    ("G*T", "/pets/7", "GET", "/pets/7"),
    ("DELET*", "/pets/7", "DELETE", "/pets/7"),
    ("$", "/pets/7", "GET", "/pets/7"),
    // Some servers read these as GET and DELETE, but a policy does not.
    ("get", "/pets/7", "GET", "/pets/7"),
    ("delete", "/pets/7", "DELETE", "/pets/7"),
    ("Delete", "/pets/7", "DELETE", "/pets/7"),
];

#[tokio::test]
async fn a_path_or_a_method_with_a_pattern_is_refused_for_every_authorizer() {
    for authorizer in [echoing, allowing_this, mock] {
        for (method, path, other_method, other) in ATTACKS {
            // A target cannot contain a space.
            let path = path.replace(", '", ",'");
            for layer in layers(authorizer) {
                let (status, reason) = send(&layer, method, &path).await;
                assert_eq!(status, 400, "{method} {path}: {reason}");
                assert_eq!(send(&layer, other_method, other).await.0, 200);
            }
        }
    }
}

#[tokio::test]
async fn the_reason_names_the_pattern() {
    let [layer, ..] = layers(echoing);
    for (method, path, words) in [
        ("GET", "/pets/*", "`*` or `?` (`%2A`, `%3F`)"),
        ("GET", "/pets/%2A", "a wildcard in a policy"),
        ("GET", "/pets/${k}", "`${` (`%24%7B`)"),
        (
            "*",
            "/pets",
            "the method has a character other than capital letters",
        ),
        ("GET", "*", "the request's target is not a path"),
    ] {
        let (_, reason) = send(&layer, method, path).await;
        assert!(reason.contains(words), "{path}: {reason}");
        // The rest is not about the spelling of a path.
        let is_about_path = path.starts_with('/') && method == "GET";
        assert_eq!(
            reason.starts_with("the path can be read"),
            is_about_path,
            "{reason}"
        );
        assert!(
            reason.contains("the authorizer was not invoked"),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn paths_without_patterns_pass() {
    for layer in layers(echoing) {
        for path in [
            "/",
            "/$",
            "/$a",
            "/{a}",
            "/a$",
            "/%252A",
            "/a'b",
            "/a,b;c=d",
            "/a?b=*&c=${d}",
        ] {
            assert_eq!(send(&layer, "GET", path).await.0, 200, "{path}");
            // The result is cached, and the next request has another ARN.
            layer.results().clear().await.unwrap();
        }
        for method in ["M-SEARCH", "X_1", "PATCH"] {
            assert_eq!(send(&layer, method, "/pets").await.0, 200, "{method}");
            layer.results().clear().await.unwrap();
        }
    }
}

#[tokio::test]
async fn as_received_a_pattern_passes_and_is_literal_in_the_crates_policies() {
    for authorizer in [allowing_this, mock] {
        for (method, path, other_method, other) in ATTACKS {
            let path = path.replace(", '", ",'");
            for layer in layers(authorizer) {
                let layer = layer.ambiguous_paths(AmbiguousPaths::AsReceived);
                assert_eq!(send(&layer, method, &path).await.0, 200, "{method} {path}");
                // Again with the cached result.
                assert_eq!(send(&layer, method, &path).await.0, 200, "{method} {path}");
                let (status, reason) = send(&layer, other_method, other).await;
                assert_eq!(status, 403, "{method} {path}, then {other}: {reason}");
            }
        }
    }
}

fn verdict(policy: &PolicyDocument, path: &str) -> Verdict {
    let arn = Api::default().method_arn(&Method::GET, path);
    let request = EvaluationRequest::invoke(arn.as_str());
    policy.compile().evaluate(&request).verdict()
}

/// Documents of each version, with the method ARN alone or among others, and after they were written and read.
#[test]
fn a_method_arn_covers_only_itself_in_every_document() {
    let api = Api::default();
    let texts = [
        "/a",
        "/*",
        "/?",
        "/${k}",
        "/${*}",
        "/${$}",
        "/$*",
        "/$${*}?",
        "/${k, 'a'}",
        "/%2A",
    ];
    let others: Vec<_> = (0..30).map(|n| format!("/other/{n}")).collect();
    let others = others.iter().map(|path| api.method_arn(&Method::GET, path));
    let others: Vec<_> = others.collect();
    for path in texts {
        let arn = api.method_arn(&Method::GET, path);
        for effect in [Effect::Allow, Effect::Deny] {
            let statement = Statement::invoke(effect, [&arn]);
            let one = PolicyDocument::new([statement.clone()]);
            let many =
                PolicyDocument::new([Statement::invoke(Effect::Deny, &others), statement.clone()]);
            for document in [&one, &many] {
                for version in [None, Some(Version::V2008), Some(Version::V2012)] {
                    let document = match version {
                        Some(version) => document.clone().with_version(version),
                        None => document.clone(),
                    };
                    let written = document.to_json();
                    let read = PolicyDocument::from_json(written.as_bytes()).unwrap();
                    let covered = match effect {
                        Effect::Allow => Verdict::Allow,
                        Effect::Deny => Verdict::ExplicitDeny,
                    };
                    for other in texts.iter().chain(&["/secret", "/b", "/", "/${"]) {
                        let expected = if *other == path {
                            covered
                        } else {
                            Verdict::ImplicitDeny
                        };
                        assert_eq!(
                            verdict(&document, other),
                            expected,
                            "{path} {other} {written}"
                        );
                        assert_eq!(verdict(&read, other), expected, "{path} {other} {written}");
                    }
                }
            }
        }
    }
}

/// A client's `*` needs a document of another version. In it, neighbouring strings must not become variables.
#[test]
fn an_escaped_arn_does_not_change_its_neighbours() {
    let api = Api::default();
    let denied = format!("{}${{k, 'x'}}*", api.method_arn(&Method::GET, "/"));
    let condition = Condition::new("StringEquals", "aws:UserAgent", ["${k, 'x'}"]).unwrap();
    for asked in ["/pets", "/*"] {
        let policy = PolicyDocument::new([
            Statement::invoke(Effect::Allow, [api.method_arn(&Method::GET, asked)]),
            Statement::invoke(Effect::Allow, ["*"])
                .with_condition(condition.clone())
                .unwrap(),
            Statement::invoke(Effect::Deny, [denied.as_str()]),
        ]);
        let read = PolicyDocument::from_json(policy.to_json().as_bytes()).unwrap();
        for policy in [policy, read] {
            assert_eq!(verdict(&policy, asked), Verdict::Allow, "{asked}");
            assert_eq!(
                verdict(&policy, "/${k, 'x'}y"),
                Verdict::ExplicitDeny,
                "{asked}"
            );
            assert_eq!(verdict(&policy, "/x"), Verdict::ImplicitDeny, "{asked}");
            let keys = tower_lambda_authorizer::policy::ConditionContext::new();
            let verdict = |agent: &str| {
                let keys = keys.clone().with("aws:UserAgent", agent);
                let arn = api.method_arn(&Method::GET, "/x");
                let request = EvaluationRequest::invoke(arn.as_str()).with_keys(&keys);
                policy.compile().evaluate(&request).verdict()
            };
            assert_eq!(verdict("${k, 'x'}"), Verdict::Allow, "{asked}");
            assert_eq!(verdict("x"), Verdict::ImplicitDeny, "{asked}");
        }
    }
}

/// The builder accepts patterns. `literal` escapes text for them.
#[test]
fn a_requests_method_is_literal_or_refused_by_the_builder() {
    let builder = || PolicyBuilder::for_api(&Api::default());
    assert!(
        builder()
            .allow(&PolicyBuilder::literal("GET"), "/")
            .build()
            .is_ok()
    );
    for method in ["*", "G?T", "${k}"] {
        let built = builder()
            .allow(&PolicyBuilder::literal(method), "/")
            .build();
        assert!(built.is_err(), "{method}");
    }
}

#[test]
fn an_explanation_reads_an_escaped_arn_as_the_evaluation_does() {
    let api = Api::default();
    let arn = api.method_arn(&Method::GET, "/*");
    let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [&arn])]).compile();
    let explanation = policy.explain(&EvaluationRequest::invoke(arn.as_str()));
    assert!(explanation.statements()[0].resource().entries()[0].matches());
    assert!(
        policy
            .document()
            .lint()
            .iter()
            .all(|finding| { !finding.to_string().contains("variable") })
    );
}

/// An HTTP API's method ARN always contains the decoded path.
#[tokio::test]
async fn an_http_apis_policy_is_about_the_decoded_path_as_received_too() {
    let denying = || {
        let resource = |path: &str| format!("arn:aws:execute-api:*:*:*/*/GET{path}");
        let policy = PolicyDocument::new([
            Statement::invoke(Effect::Allow, [resource("/*")]),
            Statement::invoke(Effect::Deny, [resource("/pets/secret")]),
        ]);
        let answer = AuthorizerResponse::policy(policy).with_principal_id("p");
        BoxAuthorizer::new(authorizer_fn(move |_| {
            let answer = answer.clone();
            async move { Ok(answer) }
        }))
    };
    for paths in [AmbiguousPaths::AsReceived, AmbiguousPaths::Refuse] {
        let layer = LambdaAuthorizerLayer::http_api(denying()).ambiguous_paths(paths);
        for (path, status) in [
            ("/pets/secret", 403),
            ("/pets/%73ecret", 403),
            ("/pets/secret%20", 200),
        ] {
            let (answered, reason) = send(&layer, "GET", path).await;
            assert_eq!(answered, status, "{paths:?} {path}: {reason}");
        }
    }
}
