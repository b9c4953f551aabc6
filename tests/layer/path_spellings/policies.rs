//! Which spellings of a path a policy covers.

use super::*;

#[tokio::test]
#[rustfmt::skip]
async fn a_policy_in_encoded_form_covers_the_other_spellings() {
    for (written, targets) in [
        (
            "/users/caf%C3%A9",
            &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users/%63af%C3%a9/", "//users/caf%C3%A9"][..],
        ),
        ("/users/caf%c3%a9", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users//caf%C3%A9"]),
        ("/users/café", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users/%63af%C3%a9"]),
        ("/users/caf%C3%A9*", &["/users/caf%c3%a9", "/users/caf%C3%A9/x", "/users/ca%66%c3%a9s"]),
        ("/users/caf%C3%*", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users/%63af%C3%a9/", "//users/caf%C3%A9"]),
        ("/users/caf%C3*", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users//caf%C3%A9s"]),
        ("/users/caf%C?%A9", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users/%63af%C3%A9"]),
        ("/users/*%A9", &["/users/caf%C3%A9", "/users/caf%c3%a9", "/users/caf%C3%A9/"]),
        ("/users/%6*in", &["/users/%61dmin", "/users/admin", "/users/%6admin", "/users/%61%64min"]),
        (
            "/users/bob%40example.com",
            &[
                "/users/bob%40example.com", "/users/bob@example.com", "/users/%62ob@example.com",
                "/users/bob@example%2Ecom/", "//users//bob%40example.com",
            ],
        ),
        ("/users/bob@example.com", &["/users/bob%40example.com", "/users/b%6fb@example.com"]),
        ("/users/%61dmin", &["/users/admin", "/users/%61dmin", "/users/%61%64min", "/users/admin/"]),
        ("/users/?dmin", &["/users/admin", "/users/%61dmin", "/users/%C3%A9dmin"]),
        ("/users/a*/keys", &["/users/%61/keys", "/users/admin//%6beys/", "//users/admin/x/keys"]),
        ("/users/admin/*", &["/users/admin/", "//users/admin/", "/users//admin/", "/users//admin//x"]),
        ("/users/*/keys/", &["/users/x/keys/", "//users/x/keys/", "/users/x//keys//"]),
        ("/users/*", &["/users/x", "/user%73/x", "//users/x", "/users//x", "/users/x/y/"]),
    ] {
        for policy in [deny(written), allow_all_but(written)] {
            let server = Server::refusing(policy).await;
            for target in targets {
                assert_eq!(server.refusal(target).await, 403, "{written}: {target}");
            }
            server.assert_served("/users_/acb", "/users_/acb").await;
            server.assert_served("/pets/caf%C3%A8", "/pets/cafè").await;
        }
    }
    // An encoded wildcard in a policy means the character.
    let server = Server::refusing(deny("/users/a%2Ab")).await;
    server.assert_served("/users/acb", "acb").await;
}

#[tokio::test]
async fn a_raw_utf8_path_is_covered_like_its_encoded_spelling() {
    for written in ["/users/café", "/users/caf%C3%A9", "/users/caf%c3%a9"] {
        for policy in [deny(written), allow_all_but(written)] {
            let server = Server::refusing(policy).await;
            assert_eq!(server.refusal("/users/café").await, 403, "{written}");
            assert_eq!(server.refusal("//users/café/").await, 403, "{written}");
        }
    }
}

#[tokio::test]
async fn only_the_exact_spelling_of_an_allowed_path_is_allowed() {
    let allow = Statement::invoke(Effect::Allow, [format!("{METHOD}/users/bob")]);
    let server = Server::refusing(PolicyDocument::new([allow])).await;
    server.assert_served("/users/bob", "bob").await;
    server.assert_served("http://h/users/bob?x", "bob").await;
    for target in [
        "/users/%62ob",
        "//users/bob",
        "/users/bob/",
        "/users//bob",
        "/users/Bob",
    ] {
        assert_eq!(server.refusal(target).await, 403, "{target}");
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn as_received_matches_only_the_bytes_of_the_path() {
    for policy in [deny("/users/admin"), allow_all_but("/users/admin")] {
        let server = Server::start(policy, AmbiguousPaths::AsReceived).await;
        for target in ["/users/admin", "/users/admin?x", "/users/admin#x", "http://h/users/admin"] {
            assert_eq!(server.refusal(target).await, 403, "{target}");
        }
        // The setting opens this hole: axum decodes the path, and the policy does not.
        for (target, name) in [
            ("/users/%61dmin", "admin"),
            ("//users/admin", "/users/admin"),
            ("/users/admin/", "/users/admin"),
            ("/users/x/../admin", "/users/admin"),
            ("/users%2Fadmin", "/users/admin"),
            ("/users/a%2Fb", "a/b"),
            ("/users/a%5Cb", "a\\b"),
            ("/users/a%00", "a\0"),
            ("/users/a%zz", "a%zz"),
            ("/users/bob", "bob"),
        ] {
            server.assert_served(target, name).await;
        }
    }
    // A policy in encoded form covers only that form.
    let server = Server::start(deny("/users/caf%C3%A9"), AmbiguousPaths::AsReceived).await;
    assert_eq!(server.refusal("/users/caf%C3%A9").await, 403);
    server.assert_served("/users/caf%c3%a9", "café").await;
}

/// The ARN of a REST API has the path as the client sent it. `SECURITY.md` says why such an `Allow` counts.
#[tokio::test]
async fn a_question_mark_is_one_character_of_the_method_arn() {
    let allowed = Statement::invoke(Effect::Allow, [format!("{METHOD}/users/???")]);
    let server = Server::refusing(PolicyDocument::new([allowed.clone()])).await;
    for (target, status) in [
        ("/users/abc", 200),
        ("/users/%61", 200),
        ("/users/%61bc", 403),
        ("/users/a", 403),
        ("/users/%2f", 400),
        ("/users/%2e", 400),
        ("/users/%0a", 400),
    ] {
        assert_eq!(server.get(target).await.status, status, "{target}");
    }
    // A `Deny` covers every spelling.
    let denied = Statement::invoke(Effect::Deny, [format!("{METHOD}/users/a")]);
    let server = Server::refusing(PolicyDocument::new([allowed, denied])).await;
    assert_eq!(server.refusal("/users/%61").await, 403);
    // The ARN of an HTTP API has the decoded path.
    let policy = PolicyDocument::new([Statement::invoke(
        Effect::Allow,
        ["arn:aws:execute-api:*:*:*/$default/GET/users/???"],
    )]);
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(move |_| {
        let answer = AuthorizerResponse::policy(policy.clone()).with_principal_id("p");
        async { Ok(answer) }
    }));
    for (target, is_allowed) in [("/users/%61bc", true), ("/users/%61", false)] {
        let request = http::Request::get(target).header("authorization", "t");
        let explanation = layer.explain(request.body(()).unwrap()).await;
        assert_eq!(explanation.is_allowed(), is_allowed, "{target}");
    }
}
