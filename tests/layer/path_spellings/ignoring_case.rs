//! A service that ignores the case of letters in paths, as Express does by default.

mod together;

use http::{Method, Request};
use tower_lambda_authorizer::{Api, explanations::Explanation};

use super::{random::random_spelling, *};

async fn ignoring_case(policy: PolicyDocument) -> Server {
    Server::start(policy, AmbiguousPaths::IgnoreCase).await
}

fn is_admin(seen: &str) -> bool {
    matches!(&*seen.to_lowercase(), "admin" | "/users/admin")
}

#[tokio::test]
async fn every_case_of_a_denied_path_is_refused() {
    for path in ["/users/admin", "/users/Admin", "/USERS/%41dmin"] {
        for policy in [deny(path), allow_all_but(path)] {
            let server = ignoring_case(policy.clone()).await;
            for spelled in [
                "/users/admin",
                "/users/ADMIN",
                "/Users/aDmIn",
                "/users/%41DMIN",
                "/users/%61DMIN",
                "//users/ADMIN/",
                "/USERS/ADMIN;x",
                "//x/users/ADMIN",
            ] {
                let outcome = server.get(spelled).await;
                assert_eq!(
                    (outcome.status, outcome.seen.len()),
                    (403, 0),
                    "{path} {spelled}"
                );
            }
            for other in ["/users/admins", "/users/AD/MIN", "/USER/ADMIN"] {
                assert_eq!(server.get(other).await.status, 200, "{path} {other}");
            }
            // Without the setting, another case is another path, as on API Gateway.
            let server = Server::refusing(policy).await;
            assert_eq!(server.get("/users/aDmiN").await.status, 200, "{path}");
        }
    }
}

/// Not only ASCII letters have two cases. Those that some software takes for ASCII letters are no way around either.
#[tokio::test]
async fn the_case_of_all_letters_is_ignored() {
    for (path, spelled) in [
        ("/users/caf%C3%A9", "/users/CAF%C3%89"),
        ("/users/CAF\u{c9}", "/users/caf%c3%a9"),
        ("/users/%CF%83", "/users/%CF%82"),
        ("/users/kiosk", "/users/%E2%84%AAIO%C5%BFk"),
        ("/users/admin", "/users/adm%C4%B1n"),
        ("/users/admin", "/users/ADM%C4%B0N"),
    ] {
        let server = ignoring_case(deny(path)).await;
        assert_eq!(server.get(spelled).await.status, 403, "{path} {spelled}");
        let server = Server::refusing(deny(path)).await;
        assert_eq!(server.get(spelled).await.status, 200, "{path} {spelled}");
    }
}

#[tokio::test]
async fn an_allow_of_one_id_allows_no_id_in_another_case() {
    let policy = PolicyDocument::new([Statement::invoke(
        Effect::Allow,
        [format!("{METHOD}/users/AbC")],
    )]);
    let server = ignoring_case(policy).await;
    assert_eq!(server.get("/users/AbC").await.status, 200);
    for other in ["/users/abc", "/users/ABC", "/Users/AbC"] {
        assert_eq!(server.get(other).await.status, 403, "{other}");
    }
}

#[tokio::test]
async fn what_is_refused_by_default_is_refused() {
    let server = ignoring_case(PolicyDocument::new([Statement::invoke(
        Effect::Allow,
        ["*"],
    )]))
    .await;
    for path in ["/users/a%2Fb", "/users/../x", "/users/*", "/users/%zz"] {
        assert_eq!(server.get(path).await.status, 400, "{path}");
    }
    let orders = PolicyDocument::new([Statement::invoke(
        Effect::Allow,
        [format!("{METHOD}/*/orders")],
    )]);
    assert_eq!(
        ignoring_case(orders).await.get("//orders").await.status,
        403
    );
}

#[tokio::test]
async fn random_mixtures_of_spellings_and_cases_never_reach_the_denied_path() {
    for (policy, mut seed) in [
        (deny("/users/admin"), 48),
        (allow_all_but("/Users/ADMIN"), 1848),
    ] {
        let server = ignoring_case(policy).await;
        let mut counts = [0; 3];
        for _ in 0..1500 {
            let target = in_random_case(&random_spelling(&mut seed), &mut seed);
            let outcome = server.get(&target).await;
            let names_admin = outcome.seen.iter().any(|seen| is_admin(seen));
            assert!(!names_admin, "{target}: {outcome:?}");
            match outcome.status {
                200 => counts[0] += 1,
                403 => counts[1] += 1,
                400 => counts[2] += 1,
                other => panic!("{target}: {other}"),
            }
        }
        assert!(counts.iter().all(|&count| count > 100), "{counts:?}");
    }
}

/// Changes letters, but not the digits of percent-encodings.
fn in_random_case(target: &str, seed: &mut u64) -> String {
    let mut escape = 0;
    let letters = target.chars().map(|letter| {
        escape = if letter == '%' {
            3
        } else {
            escape - i32::from(escape > 0)
        };
        match random::random(seed, 4) {
            0 if escape == 0 => letter.to_ascii_uppercase(),
            _ => letter,
        }
    });
    letters.collect()
}

async fn explain(
    layer: &LambdaAuthorizerLayer<impl tower_lambda_authorizer::Authorizer>,
    path: &str,
) -> Explanation {
    let request = Request::get(path).header("authorization", "t");
    layer.explain(request.body(()).unwrap()).await
}

#[tokio::test]
async fn an_explanation_says_that_case_is_ignored() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
        Ok(AuthorizerResponse::policy(deny("/admin")))
    }))
    .ambiguous_paths(AmbiguousPaths::IgnoreCase);
    let explanation = explain(&layer, "/ADMIN").await.to_string();
    assert!(
        explanation.contains("covers it, because case is ignored"),
        "{explanation}"
    );
    let configuration = serde_json::to_value(layer.configuration()).unwrap();
    assert_eq!(
        configuration["ambiguousPaths"],
        "refused, and case is ignored"
    );
}

/// A result that was compiled for one setting is not used with another one.
#[tokio::test]
async fn layers_that_share_a_cache_decide_by_their_own_setting() {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
        Ok(AuthorizerResponse::policy(deny("/admin")))
    }));
    let ignoring = layer.clone().ambiguous_paths(AmbiguousPaths::IgnoreCase);
    for _ in 0..2 {
        assert!(explain(&layer, "/ADMIN").await.is_allowed());
        assert!(!explain(&ignoring, "/ADMIN").await.is_allowed());
        assert!(!explain(&ignoring, "/admin").await.is_allowed());
        assert!(explain(&ignoring, "/other").await.is_allowed());
    }
    let question = ignoring
        .configuration()
        .policy_question(&Method::GET, "/ADMIN");
    let policy = deny("/admin").compile();
    let verdict = policy.evaluate(&question.unwrap().request()).verdict();
    assert_eq!(
        verdict,
        tower_lambda_authorizer::policy::Verdict::ExplicitDeny
    );
}

/// A handshake has no path, so the setting changes nothing.
#[tokio::test]
async fn the_arn_of_a_handshake_is_compared_as_it_is() {
    for entry in ["local/$CONNECT", "LOCAL/$connect"] {
        let denied = format!("arn:aws:execute-api:*:*:*/{entry}");
        let policy = PolicyDocument::new([
            Statement::invoke(Effect::Allow, ["*"]),
            Statement::invoke(Effect::Deny, [denied]),
        ]);
        let layer = LambdaAuthorizerLayer::websocket_api(authorizer_fn(move |_| {
            let policy = policy.clone();
            async { Ok(AuthorizerResponse::policy(policy)) }
        }))
        .identity_sources("route.request.header.Authorization")
        .unwrap()
        .ambiguous_paths(AmbiguousPaths::IgnoreCase)
        .api(Api::default().with_stage("local").unwrap());
        let explanation = explain(&layer, "/").await;
        assert!(explanation.is_allowed(), "{entry}: {explanation}");
    }
}
