//! A layer without an API of its own: what a policy excludes in some API is refused.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{Method, Request};
use tower_lambda_authorizer::{
    AmbiguousPaths, Api, ApiType, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn,
    explanations::PolicyQuestion,
    policy::{PolicyDocument, Verdict},
};

const ADMIN: &str = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*/admin";

fn deny(entry: &str) -> PolicyDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}},
            {{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"{entry}"}}]}}"#
    );
    PolicyDocument::from_json(text.as_bytes()).unwrap()
}

fn allow_all_but(entry: &str) -> PolicyDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":
            {{"Effect":"Allow","Action":"execute-api:Invoke","NotResource":"{entry}"}}}}"#
    );
    PolicyDocument::from_json(text.as_bytes()).unwrap()
}

fn returning(policy: &PolicyDocument) -> BoxAuthorizer {
    let policy = policy.clone();
    BoxAuthorizer::new(authorizer_fn(move |_| {
        let policy = policy.clone();
        async move { Ok(AuthorizerResponse::policy(policy).with_principal_id("ann")) }
    }))
}

fn layer(policy: &PolicyDocument, api_type: ApiType) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let authorizer = returning(policy);
    match api_type {
        ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer),
        ApiType::WebSocket => LambdaAuthorizerLayer::websocket_api(authorizer),
        _ => LambdaAuthorizerLayer::token(authorizer),
    }
}

async fn allows(layer: &LambdaAuthorizerLayer<BoxAuthorizer>, method: &str, path: &str) -> bool {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", "t").body(()).unwrap();
    layer.explain(request).await.is_allowed()
}

#[tokio::test]
async fn an_entry_of_any_api_excludes() {
    for policy in [deny(ADMIN), allow_all_but(ADMIN)] {
        for api_type in [ApiType::Rest, ApiType::Http] {
            for paths in [
                AmbiguousPaths::Refuse,
                AmbiguousPaths::IgnoreCase,
                AmbiguousPaths::AsReceived,
            ] {
                let layer = layer(&policy, api_type).ambiguous_paths(paths);
                for method in ["GET", "DELETE", "PROPFIND"] {
                    assert!(!allows(&layer, method, "/admin").await, "{paths:?}");
                }
                assert!(allows(&layer, "GET", "/pets").await);
                assert!(allows(&layer, "GET", "/admin/7").await);
                let ignores_case = paths == AmbiguousPaths::IgnoreCase;
                assert_eq!(allows(&layer, "GET", "/ADMIN").await, !ignores_case);
            }
        }
    }
}

/// Another spelling of the path is no way around.
#[tokio::test]
async fn an_entry_of_any_api_excludes_each_spelling() {
    let layer = layer(&deny(ADMIN), ApiType::Rest);
    for path in ["/%61dmin", "//admin", "/admin/", "/admin;x"] {
        assert!(!allows(&layer, "GET", path).await, "{path}");
    }
}

#[tokio::test]
async fn an_entry_for_a_handshake_excludes_it() {
    let arn = |route: &str| format!("arn:aws:execute-api:eu-west-1:123456789012:abc123/{route}");
    for (entry, allowed) in [
        ("prod/$connect", false),
        ("prod/*", false),
        ("*", false),
        ("prod/$default", true),
        ("prod/GET/admin", true),
    ] {
        for policy in [deny(&arn(entry)), allow_all_but(&arn(entry))] {
            let layer = layer(&policy, ApiType::WebSocket);
            assert_eq!(allows(&layer, "GET", "/").await, allowed, "{entry}");
            let known = layer.api(Api::new("us-east-1", "1", "other", "prod").unwrap());
            assert!(allows(&known, "GET", "/").await, "{entry}");
        }
    }
}

/// With an API, an entry counts for the API that it names.
#[tokio::test]
async fn a_layer_that_knows_its_api_tells_apis_apart() {
    let layer = layer(&deny(ADMIN), ApiType::Rest);
    for (region, api, stage, allowed) in [
        ("eu-west-1", "abc123", "prod", false),
        ("eu-west-1", "abc123", "dev", true),
        ("eu-west-1", "other", "prod", true),
        ("us-east-1", "abc123", "prod", true),
    ] {
        let known = Api::new(region, "123456789012", api, stage).unwrap();
        let layer = layer.clone().api(known);
        assert_eq!(
            allows(&layer, "GET", "/admin").await,
            allowed,
            "{region} {api} {stage}"
        );
    }
}

/// A stage that was set is known, and the API is still not.
#[tokio::test]
async fn an_entry_of_another_stage_does_not_exclude() {
    let layer = layer(&deny(ADMIN), ApiType::Rest);
    for (stage, allowed) in [("prod", false), ("dev", true), ("local", true)] {
        let api = Api::default().with_stage(stage).unwrap();
        let layer = layer.clone().api(api);
        assert_eq!(allows(&layer, "GET", "/admin").await, allowed, "{stage}");
    }
}

/// `admin` may be the stage. Once that is known, it is not.
#[tokio::test]
async fn what_stands_behind_a_star_may_be_the_stage() {
    let layer = layer(&deny("arn:aws:execute-api:*:*:*/admin/*"), ApiType::Rest);
    for path in ["/admin/7", "/pets"] {
        assert!(!allows(&layer, "GET", path).await, "{path}");
    }
    let layer = layer.api(Api::default().with_stage("prod").unwrap());
    assert!(!allows(&layer, "GET", "/admin/7").await);
    assert!(allows(&layer, "GET", "/pets").await);
}

/// It names what it permits, and the placeholder may be another API.
#[tokio::test]
async fn an_entry_of_any_api_permits_nothing() {
    let allow = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"{ADMIN}"}}}}"#
    );
    let allow = PolicyDocument::from_json(allow.as_bytes()).unwrap();
    assert!(!allows(&layer(&allow, ApiType::Rest), "GET", "/admin").await);
}

/// The two layers have the same method ARNs, one cache and one name, and still not the same results.
#[tokio::test]
async fn a_layer_with_the_placeholders_names_shares_no_results_with_the_placeholder() {
    let calls = Arc::new(AtomicUsize::new(0));
    let policy = deny(ADMIN);
    let authorizer = {
        let calls = Arc::clone(&calls);
        BoxAuthorizer::new(authorizer_fn(move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            let policy = policy.clone();
            async move { Ok(AuthorizerResponse::policy(policy)) }
        }))
    };
    let placeholder = LambdaAuthorizerLayer::token(authorizer);
    let api = Api::new("us-east-1", "000000000000", "placeholder", "local").unwrap();
    assert_ne!(api, Api::default());
    let known = placeholder.clone().api(api);
    for _ in 0..2 {
        assert!(allows(&known, "GET", "/admin").await);
        assert!(!allows(&placeholder, "GET", "/admin").await);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

/// Programs with a policy and no request decide like the layer. An ARN of the placeholder is that of a layer without an API.
#[test]
fn a_question_about_a_policy_knows_as_much_as_the_layer() {
    let policy = deny(ADMIN).compile();
    let verdict = |question: &PolicyQuestion| policy.evaluate(&question.request()).verdict();
    let known = Api::new("eu-west-1", "123456789012", "other", "prod").unwrap();
    for (api, expected) in [
        (Api::default(), Verdict::ExplicitDeny),
        (Api::placeholder(ApiType::Http), Verdict::ExplicitDeny),
        (
            Api::default().with_partition("aws-cn").unwrap(),
            Verdict::ExplicitDeny,
        ),
        (
            Api::default().with_stage("prod").unwrap(),
            Verdict::ExplicitDeny,
        ),
        (Api::default().with_stage("dev").unwrap(), Verdict::Allow),
        (known, Verdict::Allow),
    ] {
        let question = PolicyQuestion::new(&api, ApiType::Rest, &Method::GET, "/admin").unwrap();
        assert_eq!(verdict(&question), expected, "{api:?}");
        let arn = api.method_arn(&Method::GET, "/admin");
        let question = PolicyQuestion::of_method_arn(&arn, None).unwrap();
        assert_eq!(verdict(&question), expected, "{arn}");
    }
}

/// A request that an entry refuses in some API is also refused if only the stage is known, and if nothing is known.
#[tokio::test]
async fn what_is_refused_in_some_api_is_refused() {
    const ROUNDS: usize = 60;
    const PATHS: [&str; 6] = [
        "/admin",
        "/ADMIN",
        "/a/admin",
        "/%61dmin",
        "/",
        "/GET/admin",
    ];
    let mut random = fastrand::Rng::with_seed(49);
    let (mut refused_for_some_stage, mut allowed_in_stage) = (0, 0);
    for round in 0..ROUNDS {
        let api_type = [ApiType::Rest, ApiType::Http, ApiType::WebSocket][round % 3];
        let entry = random_entry(&mut random);
        let policy = [deny, allow_all_but][random.usize(0..2)](&entry);
        let paths = [AmbiguousPaths::Refuse, AmbiguousPaths::IgnoreCase][random.usize(0..2)];
        let layer = layer(&policy, api_type).ambiguous_paths(paths);
        for path in PATHS {
            let is_allowed = allows(&layer, "GET", path).await;
            for stage in ["a", "aa", "GET", "Admin"] {
                let shown = || format!("{api_type} {paths:?} {entry} {path} {stage}");
                let of_stage = Api::default().with_stage(stage).unwrap();
                if !allows(&layer.clone().api(of_stage), "GET", path).await {
                    assert!(!is_allowed, "{}", shown());
                    continue;
                }
                for (region, id) in [("eu-west-1", "a"), ("eu-west-1", "aa"), ("cn-north-1", "a")] {
                    let own = Api::new(region, "1", id, stage).unwrap();
                    let own = layer.clone().api(own);
                    assert!(allows(&own, "GET", path).await, "{} {id}", shown());
                }
                refused_for_some_stage += usize::from(!is_allowed);
                allowed_in_stage += 1;
            }
        }
    }
    assert!(refused_for_some_stage > ROUNDS, "{refused_for_some_stage}");
    assert!(allowed_in_stage > 10 * ROUNDS, "{allowed_in_stage}");
}

/// An entry for one API, for several, or for something else.
fn random_entry(random: &mut fastrand::Rng) -> String {
    let mut one_of = |texts: &[&'static str]| *random.choice(texts).unwrap();
    let head = one_of(&[
        "aws:execute-api:eu-west-1:1",
        "aws:execute-api:eu-west-1:1",
        "aws:execute-api:*:*",
        "aws-cn:execute-api:cn-north-1:1",
        "*:execute-*:??-*-1:?",
        "aws:s3:*:*",
    ]);
    let separators = ["/", "/", "/", "/", "*", "?", ""];
    let resource = [
        one_of(&["a", "aa", "*", "?", "a*", "*a", "", "${context.none}"]),
        one_of(&separators),
        one_of(&["a", "aa", "A", "*", "?", "a*", "", "GET", "%61"]),
        one_of(&separators),
        one_of(&["GET", "*", "?ET", "G*", "", "$connect", "$default"]),
        one_of(&separators),
        one_of(&[
            "admin",
            "*",
            "a/admin",
            "%61dmin",
            "Admin",
            "a?min",
            "",
            "${aws:UserAgent}",
        ]),
    ];
    format!("arn:{head}:{}", resource.concat())
}
