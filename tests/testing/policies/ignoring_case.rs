//! Assertions on policies for layers that ignore the case of letters.

use tower_lambda_authorizer::testing::{
    assert_policy_covers_ignoring_case, assert_policy_denies_ignoring_case,
};

use super::*;

fn covers(policy: &PolicyDocument, api_type: ApiType, path: &str) -> bool {
    let (api, range) = (Api::default(), [("GET", path)]);
    let covers = holds(|| assert_policy_covers_ignoring_case(policy, &api, api_type, range));
    // Ignoring case, a layer allows less.
    assert!(!covers || holds(|| assert_policy_covers(policy, &api, api_type, range)));
    covers
}

fn denies(policy: &PolicyDocument, api_type: ApiType, path: &str) -> bool {
    let (api, range) = (Api::default(), [("GET", path)]);
    holds(|| assert_policy_denies_ignoring_case(policy, &api, api_type, range))
}

#[test]
fn what_a_policy_excludes_is_found_in_each_case() {
    for excluded in ["/pets/Secret", "/PETS/secret*", "/pets/SECRET"] {
        let policy = builder().allow("GET", "/*").deny("GET", excluded);
        let policy = policy.build().unwrap();
        for api_type in [ApiType::Rest, ApiType::Http] {
            for (path, covered, denied) in [
                ("/pets/secret", false, true),
                ("/PETS/Secret", false, true),
                ("/pets/*", false, false),
                ("/Pets/?ecret", false, false),
                ("/pets/public/*", true, false),
                ("/pets/7", true, false),
            ] {
                let shown = format!("{excluded} {path} {api_type}");
                assert_eq!(covers(&policy, api_type, path), covered, "{shown}");
                assert_eq!(denies(&policy, api_type, path), denied, "{shown}");
            }
        }
    }
}

/// The service takes `/ADMIN` for `/admin`. So a policy that allows one of them does not deny the other, but it does not
/// cover it either.
#[test]
fn what_a_policy_allows_in_another_case_is_neither_covered_nor_denied() {
    let policy = builder().allow("GET", "/users/ADMIN/*").build().unwrap();
    for path in ["/users/admin/keys", "/users/Admin/*", "/Users/*"] {
        assert!(!covers(&policy, ApiType::Rest, path), "{path}");
        assert!(!denies(&policy, ApiType::Rest, path), "{path}");
    }
    assert!(covers(&policy, ApiType::Rest, "/users/ADMIN/keys"));
    assert!(denies(&policy, ApiType::Rest, "/users/admins/*"));
    // A method or a stage in another case is another one.
    let other = PolicyDocument::new([Statement::invoke(
        Effect::Allow,
        [
            "arn:aws:execute-api:*:*:*/LOCAL/GET/a",
            "arn:aws:execute-api:*:*:*/local/get/a",
        ],
    )]);
    assert!(denies(&other, ApiType::Rest, "/a"));
}

#[test]
fn a_handshake_has_no_path_whose_case_could_be_ignored() {
    let policy = builder().allow("GET", "/*").build().unwrap();
    let connect = PolicyDocument::new([Statement::invoke(Effect::Allow, ["*"])]);
    assert!(denies(&policy, ApiType::WebSocket, "/"));
    assert!(covers(&connect, ApiType::WebSocket, "/"));
}

#[test]
fn the_message_names_the_case_that_is_allowed() {
    let api = Api::default();
    let policy = builder().allow("GET", "/Admin").build().unwrap();
    let range = [("GET", "/admin")];
    let line = line!() + 1;
    let told = caught(|| assert_policy_denies_ignoring_case(&policy, &api, ApiType::Rest, range));
    assert_eq!((told.line, &*told.file), (line, file!()));
    assert!(
        told.message.contains("for example arn:aws:execute-api"),
        "{}",
        told.message
    );
    assert!(told.message.contains("/GET/Admin\n"), "{}", told.message);
}

/// Case counts neither in the stage of such an entry.
#[test]
fn entries_of_any_api_are_found_in_each_case() {
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(
            Effect::Deny,
            ["arn:aws:execute-api:eu-west-1:123456789012:abc123/PROD/GET/Pets/Secret"],
        ),
    ]);
    for (api, is_covered) in [
        (Api::default(), false),
        (Api::default().with_stage("prod").unwrap(), false),
        (Api::default().with_stage("Prod").unwrap(), false),
        (Api::default().with_stage("dev").unwrap(), true),
    ] {
        let covered = holds(|| {
            assert_policy_covers_ignoring_case(&policy, &api, ApiType::Rest, [("GET", "/pets/*")]);
        });
        assert_eq!(covered, is_covered, "{api:?}");
    }
}
