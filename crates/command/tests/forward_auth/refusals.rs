//! What clients get through a proxy is what `forward-auth` answers, byte for byte.

use serde_json::json;

use crate::{
    scene::Scene,
    wire::{Answer, send},
};

/// What `forward-auth` itself answers.
fn direct(scene: &Scene, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let described = [
        ("X-Original-Method", method),
        ("X-Original-URI", target),
        ("X-Forwarded-For", "127.0.0.1"),
    ];
    let headers = [headers, &described].concat();
    send(scene.forward_auth.address, "GET /", &headers)
}

#[test]
fn an_open_operation_and_an_allowed_request_reach_the_server() {
    for scene in Scene::all() {
        for (line, headers) in [
            ("GET /open?q=1", &[][..]),
            ("GET /pets?q=1", &[("Authorization", "ok")]),
        ] {
            let answer = scene.send(line, headers);
            assert_eq!((answer.status, &*answer.body), (200, "hello"), "{line}");
            assert_eq!(answer.header("x-from"), Some("upstream"));
            let received = scene.upstream.take_one();
            assert_eq!(received.method, "GET");
            assert_eq!(received.target, line.as_bytes()["GET ".len()..]);
        }
    }
}

#[test]
fn a_body_reaches_the_server_and_not_the_guard() {
    for scene in Scene::all() {
        let headers = [("Authorization", "ok"), ("Content-Length", "4")];
        let request = "POST /pets HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n";
        let headers = headers.map(|(name, value)| format!("{name}: {value}\r\n"));
        let request = format!("{request}{}\r\nbody", headers.concat());
        let answer = crate::wire::exchange(scene.proxy.address, request.as_bytes());
        assert_eq!(answer.status, 200);
        let received = scene.upstream.take_one();
        assert_eq!((&*received.method, &*received.body), ("POST", "body"));
    }
}

#[test]
fn refusals_are_those_of_api_gateway_byte_for_byte() {
    for scene in Scene::all() {
        for (line, token, status, body, error_type) in [
            (
                "GET /pets",
                None,
                401,
                r#"{"message":"Unauthorized"}"#,
                "UnauthorizedException",
            ),
            (
                "GET /pets",
                Some("unknown"),
                401,
                r#"{"message":"Unauthorized"}"#,
                "UnauthorizedException",
            ),
            (
                "DELETE /pets/7",
                Some("denied"),
                403,
                r#"{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#,
                "AccessDeniedException",
            ),
            (
                "POST /pets",
                Some("broken"),
                500,
                r#"{"message":null}"#,
                "AuthorizerConfigurationException",
            ),
            (
                "GET /",
                None,
                403,
                r#"{"message":"Missing Authentication Token"}"#,
                "MissingAuthenticationTokenException",
            ),
        ] {
            let headers: Vec<_> = token
                .map(|token| ("Authorization", token))
                .into_iter()
                .collect();
            let answer = scene.send(line, &headers);
            assert_eq!((answer.status, &*answer.body), (status, body), "{line}");
            assert_eq!(answer.header("x-amzn-errortype"), Some(error_type));
            assert!(answer.header("x-amzn-requestid").is_some());
            assert!(answer.header("x-refusal").is_none());
            let (method, target) = line.split_once(' ').unwrap();
            let direct = direct(&scene, method, target, &headers);
            assert_eq!(answer.comparable(), direct.comparable(), "{line}");
        }
        assert!(scene.upstream.take().is_empty());
    }
}

#[test]
fn a_refusal_of_head_has_no_body() {
    for scene in Scene::all() {
        let answer = scene.send("HEAD /pets", &[]);
        assert_eq!((answer.status, &*answer.body), (401, ""));
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("UnauthorizedException")
        );
    }
}

/// nginx's `auth_request` alone would make 500 of these statuses, and would repeat `WWW-Authenticate`.
#[test]
fn customised_refusals_keep_their_status_headers_and_body() {
    let responses = json!({
        "UNAUTHORIZED": {
            "statusCode": 401,
            "responseParameters": {
                "gatewayresponse.header.WWW-Authenticate": "'Bearer realm=\"pets\"'",
                "gatewayresponse.header.Access-Control-Allow-Origin": "'https://shop.example'",
            },
            "responseTemplates": {"text/plain": "Please sign in.\n$context.httpMethod $context.path"},
        },
        "ACCESS_DENIED": {
            "statusCode": 404,
            "responseTemplates": {"application/problem+json": "{\"title\": \"Not Found\", \"ä\": \"\u{1f6d1}\"}"},
        },
        "AUTHORIZER_CONFIGURATION_ERROR": {
            "statusCode": 302,
            "responseParameters": {"gatewayresponse.header.Location": "'https://status.example/'"},
        },
        "MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": 429,
            "responseTemplates": {"application/json": "\n\n"},
        },
    });
    for scene in Scene::all_with(responses, crate::proxies::Kind::documented) {
        let with = |token| scene.send("PUT /pets", &[("Authorization", token)]);

        let answer = scene.send("PUT /pets", &[("Accept", "text/plain")]);
        assert_eq!(answer.status, 401);
        assert_eq!(answer.body, "Please sign in.\nPUT /local/pets");
        let challenges = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "www-authenticate");
        assert_eq!(challenges.count(), 1, "{answer:?}");
        assert_eq!(
            answer.header("www-authenticate"),
            Some(r#"Bearer realm="pets""#)
        );
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("https://shop.example")
        );

        let answer = with("denied");
        assert_eq!(answer.status, 404);
        assert_eq!(
            answer.body,
            "{\"title\": \"Not Found\", \"ä\": \"\u{1f6d1}\"}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );

        let answer = with("broken");
        assert_eq!(answer.status, 302);
        assert_eq!(answer.header("location"), Some("https://status.example/"));

        let answer = scene.send("PUT /", &[]);
        assert_eq!((answer.status, &*answer.body), (429, "\n\n"));
        assert!(scene.upstream.take().is_empty());
    }
}

/// Proxies read it as permission.
#[test]
fn a_refusal_with_a_status_of_success_lets_nothing_through() {
    let responses =
        json!({"UNAUTHORIZED": {"statusCode": 200}, "ACCESS_DENIED": {"statusCode": 299}});
    for scene in Scene::all_with(responses, crate::proxies::Kind::documented) {
        for headers in [&[][..], &[("Authorization", "denied")]] {
            let answer = scene.send("GET /pets", headers);
            assert_eq!(
                (answer.status, &*answer.body),
                (500, r#"{"message":"Internal server error"}"#)
            );
        }
        assert!(scene.upstream.take().is_empty());
        scene
            .forward_auth
            .wait_for_error("which proxies read as permission");
    }
}

#[test]
fn nothing_passes_while_forward_auth_is_down() {
    for mut scene in Scene::all() {
        assert_eq!(scene.forward_auth.terminate(), Some(0));
        let answer = scene.send("GET /open", &[]);
        assert!((500..505).contains(&answer.status), "{answer:?}");
        assert!(scene.upstream.take().is_empty());
    }
}

/// Without `error_page`, and with the question at `/`.
#[test]
fn plain_auth_request_refuses_as_well() {
    let configuration = |kind: crate::proxies::Kind| {
        kind.documented()
            .replace("error_page 403 = @refused;", "")
            .replace("http://forward_auth/nginx;", "http://forward_auth/;")
    };
    let scenes = Scene::all_with(json!({}), configuration);
    for scene in scenes.filter(|scene| scene.kind == crate::proxies::Kind::Nginx) {
        let status = |token| scene.send("GET /pets", &[("Authorization", token)]).status;
        assert_eq!(
            ["ok", "unknown", "denied", "broken"].map(status),
            [200, 401, 403, 500]
        );
        assert_eq!(scene.upstream.take().len(), 1);
    }
}
