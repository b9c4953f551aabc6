//! Assertions on policies for whole ranges of paths.

mod ignoring_case;

use http::Method;
use tower_lambda_authorizer::{
    Api, ApiType,
    policy::{Effect, PolicyBuilder, PolicyDocument, Statement},
    testing::{assert_policy_covers, assert_policy_denies},
};

use crate::caught::{caught, holds};

fn builder() -> PolicyBuilder {
    PolicyBuilder::for_api(&Api::default())
}

fn covers(policy: &PolicyDocument, method: &str, path: &str) -> bool {
    holds(|| assert_policy_covers(policy, &Api::default(), ApiType::Rest, [(method, path)]))
}

fn denies(policy: &PolicyDocument, method: &str, path: &str) -> bool {
    holds(|| assert_policy_denies(policy, &Api::default(), ApiType::Rest, [(method, path)]))
}

#[test]
fn a_range_is_covered_only_if_all_of_it_is_allowed() {
    let pets = builder()
        .allow("GET", "/pets/*")
        .allow("POST", "/pets/?")
        .allow("PUT", "/pets/*/toys")
        .deny("GET", "/pets/secret*")
        .build()
        .unwrap();
    for (method, path, covered, denied) in [
        ("GET", "/pets/7", true, false),
        ("GET", "/pets/public/*", true, false),
        ("GET", "/pets/?", true, false),
        // One entry of the policy excludes a part of the range, or allows a part of it.
        ("GET", "/pets/*", false, false),
        ("GET", "/*", false, false),
        ("GET", "/pets/secret", false, true),
        ("GET", "/pets", false, true),
        ("*", "/pets/7", false, false),
        ("*", "/dogs/*", false, true),
        ("POST", "/pets/?", true, false),
        ("POST", "/pets/*", false, false),
        ("PUT", "/pets/*", false, false),
        ("PUT", "/pets/*/toys", true, false),
        ("PUT", "/pets/7/*", false, false),
        ("PUT", "/pets/*/names", false, true),
    ] {
        assert_eq!(
            covers(&pets, method, path),
            covered,
            "covers {method} {path}"
        );
        assert_eq!(
            denies(&pets, method, path),
            denied,
            "denies {method} {path}"
        );
    }
}

/// `*` stands for any characters, including slashes, also in the place of a method.
#[test]
fn the_method_star_of_an_entry_also_matches_in_paths() {
    let policy = builder()
        .allow("GET", "/*")
        .deny("*", "/secret")
        .build()
        .unwrap();
    assert!(covers(&policy, "GET", "/public"));
    assert!(
        !covers(&policy, "GET", "/public/*"),
        "it denies /public/secret"
    );
}

/// The assertions find the exceptions of a `NotResource`, too.
#[test]
fn exceptions_in_a_range_are_found() {
    let all_but_admin = PolicyDocument::from_json(
        br#"{"Statement": {"Effect": "Allow", "Action": "*",
             "NotResource": "arn:aws:execute-api:*:*:placeholder/local/GET/admin/*"}}"#,
    );
    let all_but_admin = all_but_admin.unwrap();
    assert!(covers(&all_but_admin, "GET", "/pets/*"));
    assert!(!covers(&all_but_admin, "GET", "/*"));
    assert!(!denies(&all_but_admin, "GET", "/*"));
    assert!(denies(&all_but_admin, "GET", "/admin/*"));
}

/// So do they find what is excluded in some API, if the API is not known.
#[test]
fn entries_of_any_api_are_found() {
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(
            Effect::Deny,
            ["arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/pets/secret"],
        ),
    ]);
    assert!(denies(&policy, "GET", "/pets/secret"));
    assert!(!covers(&policy, "GET", "/pets/*"));
    assert!(covers(&policy, "GET", "/pets/public/*"));
    for (stage, is_covered) in [("prod", false), ("dev", true)] {
        let covered = |api: Api| {
            holds(|| assert_policy_covers(&policy, &api, ApiType::Rest, [("GET", "/pets/*")]))
        };
        let known_stage = Api::default().with_stage(stage).unwrap();
        assert_eq!(covered(known_stage), is_covered, "{stage}");
        let known = |api: &str| Api::new("eu-west-1", "123456789012", api, stage).unwrap();
        assert_eq!(covered(known("abc123")), is_covered, "{stage}");
        assert!(covered(known("other")), "{stage}");
    }
}

#[test]
#[rustfmt::skip]
fn each_failure_is_reported_with_an_example_and_a_reason() {
    let api = Api::default();
    let policy = builder()
        .allow("GET", "/pets/*")
        .deny("*", "/pets/secret")
        .sid("no-secrets")
        .build()
        .unwrap();
    let line = line!() + 1;
    let told = caught(|| assert_policy_covers(&policy, &api, ApiType::Rest, [("GET", "/pets/7"), ("GET", "/pets/*"), ("PUT", "/pets/7")]));
    assert_eq!((told.line, &*told.file), (line, file!()));
    assert_eq!(
        told.message,
        "the policy does not cover\n  \
         GET /pets/*\n    \
         for example arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/secret\n    \
         `Statement[1]` (`no-secrets`) denies it: `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/*/pets/secret` covers it\n  \
         PUT /pets/7\n    \
         for example arn:aws:execute-api:us-east-1:000000000000:placeholder/local/PUT/pets/7\n    \
         no statement allows it; `Statement[0]` comes nearest: \
         method: the policy says `GET`, the request says `PUT`"
    );
    let line = line!() + 1;
    let told = caught(|| assert_policy_denies(&policy, &api, ApiType::Rest, [("GET", "/pets/*"), ("PUT", "/*")]));
    assert_eq!((told.line, &*told.file), (line, file!()));
    assert!(
        told.message.contains("`Statement[0]` allows it"),
        "{}",
        told.message
    );
    assert!(!told.message.contains("PUT"), "{}", told.message);
}

#[test]
fn invalid_methods_and_paths_panic() {
    let policy = builder().allow("GET", "/*").build().unwrap();
    assert!(!covers(&policy, "GET", "pets"));
    assert!(!denies(&policy, "PUT", "pets"));
    assert!(!covers(&policy, "G T", "/pets"));
    for (method, path, message) in [
        (
            "PUT",
            "pets",
            "`pets` is not a path; a path begins with `/`",
        ),
        ("G T", "/pets", "`G T` is not a method"),
    ] {
        let (api, ranges) = (Api::default(), [(method, path)]);
        let line = line!() + 1;
        let told = caught(|| assert_policy_denies(&policy, &api, ApiType::Rest, ranges));
        assert_eq!(
            (&*told.message, told.line, &*told.file),
            (message, line, file!())
        );
    }
    let nothing: [(&str, &str); 0] = [];
    caught(|| assert_policy_covers(&policy, &Api::default(), ApiType::Rest, nothing));
    caught(|| assert_policy_denies(&policy, &Api::default(), ApiType::Rest, nothing));
}

/// `/admin%3B.css` and `/admin;.css` have the same ARN in an HTTP API, and only the first one is allowed.
#[test]
fn an_http_api_does_not_deny_a_semicolon_that_may_be_encoded() {
    let api = Api::default().with_stage("prod").unwrap();
    let builder = PolicyBuilder::for_api(&api);
    let policy = builder.allow("GET", "/*.css").build().unwrap();
    for range in ["/admin;.css", "/admin;*"] {
        for (api_type, is_denied) in [(ApiType::Rest, true), (ApiType::Http, false)] {
            let denies = holds(|| assert_policy_denies(&policy, &api, api_type, [("GET", range)]));
            assert_eq!(denies, is_denied, "{range}: {api_type:?}");
            let covers = holds(|| assert_policy_covers(&policy, &api, api_type, [("GET", range)]));
            assert!(!covers, "{range}: {api_type:?}");
        }
    }
}

/// The same text is a spelling of `/a` in the ARN of a REST API, and another path in that of an HTTP API.
#[test]
fn the_type_of_the_api_says_how_paths_are_written() {
    let api = Api::default().with_stage("prod").unwrap();
    let builder = PolicyBuilder::for_api(&api);
    let policy = builder
        .allow("GET", "/*")
        .deny("GET", "/a")
        .build()
        .unwrap();
    let range = [("GET", "/%61")];
    for (api_type, is_allowed) in [
        (ApiType::Rest, false),
        (ApiType::Http, true),
        // No request has such an ARN.
        (ApiType::WebSocket, false),
    ] {
        let covers = holds(|| assert_policy_covers(&policy, &api, api_type, range));
        let denies = holds(|| assert_policy_denies(&policy, &api, api_type, range));
        assert_eq!((covers, denies), (is_allowed, !is_allowed), "{api_type:?}");
    }
    let connect = format!("{}/$connect", api.method_arn(&Method::GET, "/").stage_arn());
    let connects = PolicyDocument::new([Statement::invoke(Effect::Allow, [connect])]);
    assert_policy_covers(&connects, &api, ApiType::WebSocket, [("GET", "/chat")]);
}

#[test]
fn a_refused_path_is_not_about_an_authorizer() {
    let policy = builder().allow("GET", "/*").build().unwrap();
    let told = caught(|| {
        assert_policy_covers(
            &policy,
            &Api::default(),
            ApiType::Rest,
            [("GET", "/a/../b")],
        );
    });
    assert!(
        told.message.ends_with("it has a `.` or `..` segment"),
        "{}",
        told.message
    );
}
