//! Gateway responses: every type, by default and customised, and the ready-made choices.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, Cors, GatewayFailure,
    GatewayResponse, GatewayResponses, LambdaAuthorizerLayer, ResponseFamily, ResponseType,
    WwwAuthenticate, authorizer_fn,
};

#[path = "gateway_responses/cost.rs"]
mod cost;
#[path = "gateway_responses/openapi.rs"]
mod openapi;
#[path = "gateway_responses/templates.rs"]
mod templates;
#[path = "gateway_responses/websocket.rs"]
mod websocket;

type Body = Empty<Bytes>;

/// An authorizer that does what the token says.
fn layer() -> LambdaAuthorizerLayer<impl Authorizer> {
    LambdaAuthorizerLayer::token(authorizer_fn(|request: AuthorizerRequest| async move {
        match request.token() {
            Some("allow") => Ok(AuthorizerResponse::allow("*")),
            Some("deny") => Ok(AuthorizerResponse::deny("*").with_context("reason", "quota")),
            Some("silent") => Ok(AuthorizerResponse::allow("arn:aws:execute-api:::x")),
            Some("who?") => Err(AuthorizerError::unauthorized()),
            Some("empty") => AuthorizerResponse::from_json(b"{}"),
            other => Err(AuthorizerError::new(format!("cannot read {other:?}"))),
        }
    }))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn text<B: http_body::Body<Data = Bytes>>(response: Response<B>) -> Answer {
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        panic!("the body fails")
    };
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_bytes().into()).unwrap(),
    }
}

async fn send(responses: GatewayResponses, request: http::request::Builder) -> Answer {
    let inner =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::new())));
    let service = layer().gateway_responses(responses).layer(inner);
    text(
        service
            .oneshot(request.body(Body::new()).unwrap())
            .await
            .unwrap(),
    )
    .await
}

fn get() -> http::request::Builder {
    Request::get("/pets")
}

fn post() -> http::request::Builder {
    Request::post("/pets.Pets/List")
}

fn with_token(token: &str) -> http::request::Builder {
    get().header("authorization", token)
}

/// The response of the application's responder to a failure of this type.
fn respond(responses: GatewayResponses, response_type: ResponseType) -> (u16, String, HeaderMap) {
    let responder = layer().gateway_responses(responses).responder();
    let (mut parts, ()) = Request::get("/pets").body(()).unwrap().into_parts();
    let response = responder.respond(&GatewayFailure::new(response_type), &mut parts);
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(body.into_bytes().into()).unwrap();
    assert_eq!(
        parts.headers[header::CONTENT_LENGTH],
        body.len().to_string()
    );
    (parts.status.as_u16(), body, parts.headers)
}

/// Type, sent status, default body, body of the default template, error type.
#[rustfmt::skip]
const TYPES: [(&str, u16, &str, &str, &str); 21] = [
    ("ACCESS_DENIED", 403, r#"{"Message":"User is not authorized to access this resource"}"#, r#"{"message":"User is not authorized to access this resource"}"#, "AccessDeniedException"),
    ("API_CONFIGURATION_ERROR", 500, r#"{"message": "Internal server error"}"#, r#"{"message":"Internal server error"}"#, "InternalServerErrorException"),
    ("AUTHORIZER_CONFIGURATION_ERROR", 500, r#"{"message":null}"#, r#"{"message":null}"#, "AuthorizerConfigurationException"),
    ("AUTHORIZER_FAILURE", 500, r#"{"message":null}"#, r#"{"message":null}"#, "AuthorizerConfigurationException"),
    ("BAD_REQUEST_BODY", 400, r#"{"message": "Invalid request body"}"#, r#"{"message":"Invalid request body"}"#, "BadRequestException"),
    ("BAD_REQUEST_PARAMETERS", 400, r#"{"message": "Missing required request parameters"}"#, r#"{"message":"Missing required request parameters"}"#, "BadRequestException"),
    ("DEFAULT_4XX", 400, r#"{"message":"Bad Request"}"#, r#"{"message":"Bad Request"}"#, "BadRequestException"),
    ("DEFAULT_5XX", 502, r#"{"message": "Internal server error"}"#, r#"{"message":"Internal server error"}"#, "InternalServerErrorException"),
    ("EXPIRED_TOKEN", 403, r#"{"message":"The security token included in the request is expired"}"#, r#"{"message":"The security token included in the request is expired"}"#, "ExpiredTokenException"),
    ("INTEGRATION_FAILURE", 500, r#"{"message": "Internal server error"}"#, r#"{"message":"Internal server error"}"#, "InternalServerErrorException"),
    ("INTEGRATION_TIMEOUT", 504, r#"{"message": "Endpoint request timed out"}"#, r#"{"message":"Endpoint request timed out"}"#, "InternalServerErrorException"),
    ("INVALID_API_KEY", 403, r#"{"message":"Forbidden"}"#, r#"{"message":"Forbidden"}"#, "ForbiddenException"),
    ("INVALID_SIGNATURE", 403, r#"{"message":"The request signature we calculated does not match the signature you provided."}"#, r#"{"message":"The request signature we calculated does not match the signature you provided."}"#, "InvalidSignatureException"),
    ("MISSING_AUTHENTICATION_TOKEN", 403, r#"{"message":"Missing Authentication Token"}"#, r#"{"message":"Missing Authentication Token"}"#, "MissingAuthenticationTokenException"),
    ("QUOTA_EXCEEDED", 429, r#"{"message":"Limit Exceeded"}"#, r#"{"message":"Limit Exceeded"}"#, "LimitExceededException"),
    ("REQUEST_TOO_LARGE", 413, "HTTP content length exceeded 10485760 bytes.", r#"{"message":"HTTP content length exceeded 10485760 bytes."}"#, "RequestTooLargeException"),
    ("RESOURCE_NOT_FOUND", 404, r#"{"message":"Not Found"}"#, r#"{"message":"Not Found"}"#, "ResourceNotFoundException"),
    ("THROTTLED", 429, r#"{"message":"Too Many Requests"}"#, r#"{"message":"Too Many Requests"}"#, "TooManyRequestsException"),
    ("UNAUTHORIZED", 401, r#"{"message":"Unauthorized"}"#, r#"{"message":"Unauthorized"}"#, "UnauthorizedException"),
    ("UNSUPPORTED_MEDIA_TYPE", 415, r#"{"message": "Unsupported Media Type"}"#, r#"{"message":"Unsupported Media Type"}"#, "BadRequestException"),
    ("WAF_FILTERED", 403, r#"{"message":"Forbidden"}"#, r#"{"message":"Forbidden"}"#, "ForbiddenException"),
];

#[test]
fn each_type_uses_the_default_its_own_entry_or_its_familys() {
    assert_eq!(
        TYPES.map(|(name, ..)| name),
        ResponseType::ALL.map(ResponseType::as_str)
    );
    for (name, status, default_body, template_body, error_type) in TYPES {
        let response_type: ResponseType = name.parse().unwrap();
        let family = match response_type.family() {
            ResponseFamily::Client => ResponseType::Default4xx,
            ResponseFamily::Server => ResponseType::Default5xx,
        };
        let other_family = match family {
            ResponseType::Default4xx => ResponseType::Default5xx,
            _ => ResponseType::Default4xx,
        };
        let check = |responses: &GatewayResponses, status, body: &str, header: Option<&str>| {
            let (found_status, found_body, headers) = respond(responses.clone(), response_type);
            assert_eq!(
                (found_status, &*found_body),
                (status, body),
                "{name} {responses:?}"
            );
            assert_eq!(headers["x-amzn-errortype"], error_type, "{name}");
            assert_eq!(
                headers.get("x-from").map(|from| from.to_str().unwrap()),
                header,
                "{name}"
            );
        };
        let none = GatewayResponses::default();
        check(&none, status, default_body, None);

        let marked = |from: &str| GatewayResponse::new().header("x-from", format!("'{from}'"));
        let own = none.clone().with(response_type, marked("own")).unwrap();
        check(&own, status, template_body, Some("own"));

        let text = GatewayResponse::new()
            .status(418)
            .template("application/json", "$context.error.responseType");
        let own_whole = none.clone().with(response_type, text.clone()).unwrap();
        check(&own_whole, 418, name, None);

        let of_family = none.clone().with(family, marked("family")).unwrap();
        check(&of_family, status, template_body, Some("family"));

        let with_status = marked("family")
            .status(411)
            .template("application/json", "{}");
        let of_family_whole = none.clone().with(family, with_status).unwrap();
        check(&of_family_whole, 411, "{}", Some("family"));

        // With both, only the entry of the type is used. The default types are the entries of the families.
        if response_type != family {
            let both = of_family_whole
                .with(response_type, GatewayResponse::new())
                .unwrap();
            check(&both, status, template_body, None);
        }
        let other = none.with(other_family, marked("other")).unwrap();
        if response_type != other_family {
            check(&other, status, default_body, None);
        }
    }
}

#[test]
fn listed_and_runtime_status_differ_for_one_type() {
    for response_type in ResponseType::ALL {
        let differs = response_type
            .listed_status()
            .is_some_and(|listed| listed != response_type.runtime_status());
        assert_eq!(differs, response_type == ResponseType::IntegrationFailure);
    }
    assert_eq!(
        ResponseType::IntegrationFailure.listed_status(),
        Some(StatusCode::GATEWAY_TIMEOUT)
    );
}

#[tokio::test]
async fn the_template_is_chosen_by_the_first_media_type_of_accept() {
    let responses = || {
        let response = GatewayResponse::new()
            .template("text/xml; charset=utf-8", "<no/>")
            .template("application/json", "{}")
            .template("text/html", "<p>no</p>");
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response)
            .unwrap()
    };
    for (accept, content_type, body) in [
        (None, "application/json", "{}"),
        (
            Some("text/html,application/xml;q=0.9"),
            "text/html",
            "<p>no</p>",
        ),
        (Some("TEXT/XML;q=1"), "text/xml; charset=utf-8", "<no/>"),
        (Some("image/png, text/html"), "application/json", "{}"),
        (Some("*/*"), "application/json", "{}"),
    ] {
        let request = accept.map_or(get(), |accept| get().header("accept", accept));
        let answer = send(responses(), request).await;
        assert_eq!(answer.headers["content-type"], content_type, "{accept:?}");
        assert_eq!(answer.body, body, "{accept:?}");
    }
    let only_html = GatewayResponse::new().template("text/html", "<p>no</p>");
    let only_html = GatewayResponses::default()
        .with(ResponseType::Unauthorized, only_html)
        .unwrap();
    assert_eq!(
        send(only_html, get()).await.headers["content-type"],
        "text/html"
    );
}

#[tokio::test]
async fn values_of_a_request_are_escaped_and_never_parsed() {
    let response = GatewayResponse::new()
        .header("x-echo", "method.request.querystring.q")
        .header("x-all", "method.request.multivaluequerystring.q")
        .header("x-headers", "method.request.multivalueheader.x-a")
        .template(
            "application/json",
            r#"{"q":"$method.request.querystring.q","p":"$context.path"}"#,
        );
    let responses = || {
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response.clone())
            .unwrap()
    };
    for (value, seen) in [
        ("%22,%22x%22:%22", Some("\",\"x\":\"")),
        ("%0D%0Aset-cookie:%20a=b", None),
        ("%5C%00", None),
        ("$context.stage", Some("$context.stage")),
        (
            "$context.authorizer.principalId",
            Some("$context.authorizer.principalId"),
        ),
    ] {
        let uri = format!("/a%22b?q={value}");
        let answer = send(responses(), Request::get(uri)).await;
        let json: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["p"], "/local/a%22b");
        assert!(json["q"].is_string());
        assert!(!answer.headers.contains_key("set-cookie"));
        let echo = answer
            .headers
            .get("x-echo")
            .map(|echo| echo.to_str().unwrap());
        assert_eq!(echo, seen, "{value}");
    }
    let repeated = Request::get("/?q=1&q=2")
        .header("x-a", "3")
        .header("x-a", "4");
    let answer = send(responses(), repeated).await;
    assert_eq!(answer.headers["x-echo"], "2");
    assert_eq!(answer.headers["x-all"], "1,2");
    assert_eq!(answer.headers["x-headers"], "3,4");
}

#[tokio::test]
async fn a_denial_has_the_context_and_a_failure_does_not() {
    let template =
        r#"{"why":"$context.authorizer.reason","who":"$context.authorizer.principalId"}"#;
    let response = GatewayResponse::new().template("application/json", template);
    let responses = || {
        let responses = GatewayResponses::default()
            .with(ResponseType::AccessDenied, response.clone())
            .unwrap();
        responses
            .with(ResponseType::AuthorizerConfigurationError, response.clone())
            .unwrap()
    };
    let answer = send(responses(), with_token("deny")).await;
    assert_eq!(answer.body, r#"{"why":"quota","who":""}"#);
    let answer = send(responses(), with_token("?")).await;
    assert_eq!(answer.body, r#"{"why":"","who":""}"#);
}

#[tokio::test]
async fn cors_allows_named_origins_and_no_others() {
    let named = Cors::origins(["https://app.example"])
        .unwrap()
        .allow_credentials()
        .unwrap();
    let responses = || GatewayResponses::default().cors(named.clone());
    let from = |origin: &str| get().header("origin", origin);
    let answer = send(responses(), from("https://app.example")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://app.example"
    );
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    assert_eq!(answer.headers["vary"], "Origin");
    assert!(answer.headers.contains_key("access-control-expose-headers"));
    for request in [
        from("https://evil.example"),
        from("null"),
        from("https://app.example.evil"),
        get(),
    ] {
        let answer = send(responses(), request).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
        assert_eq!(answer.headers["vary"], "Origin");
    }
    let answer = send(GatewayResponses::default().cors(Cors::any()), get()).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("vary"));

    let own = GatewayResponse::new().header("Access-Control-Allow-Origin", "'https://own.example'");
    let own = responses().with(ResponseType::Unauthorized, own).unwrap();
    let answer = send(own, from("https://app.example")).await;
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://own.example"
    );
}

#[test]
fn a_text_that_is_not_an_origin_is_an_error() {
    for origin in [
        "",
        "*",
        "null",
        "app.example",
        "https://",
        "https://app.example/",
        "https://a.example/b",
        "https://*.example",
        "https://a@b",
        "https://:443",
        "https://app.example:",
        "https://app.example:65536",
    ] {
        let error = Cors::origins([origin]).unwrap_err().to_string();
        assert!(error.contains(&format!("`{origin}`")), "{error}");
    }
}

#[tokio::test]
async fn a_challenge_says_what_is_wrong_with_the_token() {
    let bearer = WwwAuthenticate::bearer().realm("the \"pets\"").unwrap();
    let bearer = bearer.scope("pets:read").unwrap();
    let responses = || GatewayResponses::default().www_authenticate(bearer.clone());
    let parameters = r#"Bearer realm="the \"pets\"", scope="pets:read""#;
    for (request, challenge) in [
        (get(), parameters.to_owned()),
        (
            with_token("who?"),
            format!("{parameters}, error=\"invalid_token\""),
        ),
        (
            with_token("deny"),
            format!("{parameters}, error=\"insufficient_scope\""),
        ),
        (
            with_token("silent"),
            format!("{parameters}, error=\"insufficient_scope\""),
        ),
    ] {
        let answer = send(responses(), request).await;
        assert_eq!(answer.headers["www-authenticate"], challenge);
    }
    let broken = send(responses(), with_token("empty")).await;
    assert!(!broken.headers.contains_key("www-authenticate"));

    let basic =
        GatewayResponses::default().www_authenticate(WwwAuthenticate::basic("pets").unwrap());
    let answer = send(basic.clone(), get()).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Basic realm="pets", charset="UTF-8""#
    );
    let denied = send(basic, with_token("deny")).await;
    assert!(!denied.headers.contains_key("www-authenticate"));

    let metadata = WwwAuthenticate::bearer()
        .resource_metadata("https://api.example/x")
        .unwrap();
    let answer = send(
        GatewayResponses::default().www_authenticate(metadata),
        get(),
    )
    .await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer resource_metadata="https://api.example/x""#
    );
    let plain = GatewayResponses::default().www_authenticate(WwwAuthenticate::bearer());
    let answer = send(plain, with_token("who?")).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer error="invalid_token""#
    );
    assert!(WwwAuthenticate::bearer().realm("a\r\nb").is_err());
}

#[tokio::test]
async fn the_messages_of_a_denial_can_be_changed() {
    for (responses, explicit, implicit) in [
        (
            GatewayResponses::default().neutral_denials(),
            r#"{"Message":"Forbidden"}"#,
            r#"{"Message":"Forbidden"}"#,
        ),
        (
            GatewayResponses::default().older_wording(),
            r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
            r#"{"Message":"User is not authorized to access this resource"}"#,
        ),
    ] {
        assert_eq!(
            send(responses.clone(), with_token("deny")).await.body,
            explicit
        );
        assert_eq!(send(responses, with_token("silent")).await.body, implicit);
    }
}

#[tokio::test]
async fn problem_details_replace_the_default_body_but_no_template() {
    let own = GatewayResponse::new().template("application/json", "{}");
    let responses = GatewayResponses::default()
        .problem_json()
        .neutral_denials()
        .with(ResponseType::AuthorizerConfigurationError, own)
        .unwrap();
    let answer = send(responses.clone(), with_token("deny")).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    let id = answer.headers["x-amzn-requestid"].to_str().unwrap();
    assert_eq!(
        json,
        json!({
            "type": "about:blank", "title": "Forbidden", "status": 403, "detail": "Forbidden",
            "instance": format!("urn:uuid:{id}"),
        })
    );
    let answer = send(responses, with_token("empty")).await;
    assert_eq!(
        (
            answer.headers["content-type"].to_str().unwrap(),
            &*answer.body
        ),
        ("application/json", "{}")
    );
}

#[tokio::test]
async fn security_and_family_headers_do_not_replace_the_headers_of_an_entry() {
    let own = GatewayResponse::new()
        .header("cache-control", "'max-age=1'")
        .header("x-a", "'own'");
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, own)
        .unwrap()
        .family_header(ResponseFamily::Client, "x-a", "'client'")
        .unwrap()
        .family_header(ResponseFamily::Server, "x-a", "'server'")
        .unwrap()
        .security_headers();
    for (request, x_a, cache_control) in [
        (get(), "own", "max-age=1"),
        (with_token("deny"), "client", "no-store"),
        (with_token("empty"), "server", "no-store"),
    ] {
        let answer = send(responses.clone(), request).await;
        assert_eq!(answer.headers["x-a"], x_a);
        assert_eq!(answer.headers["cache-control"], cache_control);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(
            answer.headers["content-security-policy"],
            "frame-ancestors 'none'"
        );
        assert!(answer.headers.contains_key("strict-transport-security"));
    }
    assert!(
        GatewayResponses::default()
            .family_header(ResponseFamily::Client, "x-a", "a")
            .is_err()
    );
}

#[test]
fn an_http_api_uses_the_phrase_of_the_status_unless_the_application_sets_a_message() {
    let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    let responder = LambdaAuthorizerLayer::http_api(authorizer).responder();
    let worded = |failure: GatewayFailure| {
        let (mut parts, ()) = Request::get("/pets").body(()).unwrap().into_parts();
        let response = responder.respond(&failure, &mut parts);
        response.into_body().into_bytes()
    };
    let failure = || GatewayFailure::new(ResponseType::BadRequestParameters);
    assert_eq!(worded(failure()), r#"{"message":"Bad Request"}"#);
    let own = failure().with_message("`limit` is missing");
    assert_eq!(worded(own), r#"{"message":"`limit` is missing"}"#);
}

#[test]
fn retry_after_says_when_to_try_again() {
    for (delay, seconds) in [
        (Duration::ZERO, 0),
        (Duration::from_nanos(1), 1),
        (Duration::from_secs(2), 2),
        (Duration::from_millis(2500), 3),
        (Duration::MAX, u64::MAX),
    ] {
        let responses = GatewayResponses::default().retry_after(delay);
        let (_, _, headers) = respond(responses.clone(), ResponseType::Throttled);
        assert_eq!(headers["retry-after"], seconds.to_string(), "{delay:?}");
        let (_, _, headers) = respond(responses, ResponseType::Unauthorized);
        assert!(!headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn map_response_changes_the_response_but_not_the_denial() {
    let responses = GatewayResponses::default().map_response(|failure, response| {
        let mut response = response.map(|_| Bytes::from_static(b"moo"));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response.headers_mut().remove("content-length");
        response
            .headers_mut()
            .insert("x-type", failure.response_type().as_str().parse().unwrap());
        response
    });
    let inner =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::new())));
    let service = layer().gateway_responses(responses).layer(inner);
    let response = service
        .oneshot(get().body(Body::new()).unwrap())
        .await
        .unwrap();
    assert!(
        response
            .extensions()
            .get::<tower_lambda_authorizer::Denial>()
            .is_some()
    );
    let answer = text(response).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::IM_A_TEAPOT, "moo")
    );
    assert_eq!(answer.headers["x-type"], "UNAUTHORIZED");
}

#[tokio::test]
async fn authorizer_failures_can_have_a_response_type_of_their_own() {
    let own =
        GatewayResponse::new().template("application/json", r#""$context.error.responseType""#);
    let responses = GatewayResponses::default()
        .with(ResponseType::Default5xx, own)
        .unwrap();
    for token in ["?", "empty"] {
        let answer = send(responses.clone(), with_token(token)).await;
        assert_eq!(answer.body, r#""AUTHORIZER_CONFIGURATION_ERROR""#);
    }
    let apart = responses.authorizer_failures_apart();
    assert_eq!(
        send(apart.clone(), with_token("?")).await.body,
        r#""AUTHORIZER_FAILURE""#
    );
    assert_eq!(
        send(apart, with_token("empty")).await.body,
        r#""AUTHORIZER_CONFIGURATION_ERROR""#
    );
}

#[tokio::test]
async fn development_responses_explain_the_refusal_and_mask_credentials() {
    let answer = send(GatewayResponses::for_development(), get()).await;
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(json["message"], "Unauthorized");
    assert!(
        json["explanation"]
            .as_str()
            .unwrap()
            .contains("`method.request.header.Authorization` is missing")
    );
    assert!(json["notForProduction"].is_string());
    assert!(
        answer
            .headers
            .contains_key("x-lambda-authorizer-not-for-production")
    );

    // The authorizer puts the token into its message.
    for token in ["Bearer s3cr3t-t0ken", "s3cr3t-t0ken"] {
        let request = with_token(token).header("cookie", "session=s3cr3t-t0ken");
        let answer = send(GatewayResponses::for_development(), request).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.body.contains("cannot read"), "{}", answer.body);
        let everything = format!("{:?} {}", answer.headers, answer.body);
        assert!(!everything.contains("s3cr3t"), "{everything}");
    }

    let answer = send(GatewayResponses::for_development(), with_token("deny")).await;
    assert!(
        answer.body.contains("`Statement[0]` denies"),
        "{}",
        answer.body
    );

    let own = GatewayResponse::new().template("application/json", "{}");
    let own = GatewayResponses::for_development()
        .with(ResponseType::Unauthorized, own)
        .unwrap();
    let answer = send(own, get()).await;
    assert_eq!(answer.body, "{}");
    assert!(
        answer
            .headers
            .contains_key("x-lambda-authorizer-explanation")
    );
}

#[tokio::test]
async fn the_explanation_header_is_one_line_of_ascii() {
    let authorizer = authorizer_fn(|_| async {
        Err::<AuthorizerResponse, _>(AuthorizerError::new("no café\nin the log\r\0"))
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .gateway_responses(GatewayResponses::for_development());
    let inner =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::new())));
    let request = with_token("t").body(Body::new()).unwrap();
    let answer = text(layer.layer(inner).oneshot(request).await.unwrap()).await;
    let told = answer.headers["x-lambda-authorizer-explanation"].to_str();
    assert_eq!(
        told.unwrap(),
        r"the authorizer failed: no caf \nin the log\r\u{0}"
    );
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        json["explanation"],
        r"the authorizer failed: no café\nin the log\r\u{0}"
    );
}

#[tokio::test]
async fn a_grpc_client_gets_a_trailers_only_response() {
    for (content_type, is_grpc) in [
        ("application/grpc", true),
        ("application/grpc+proto", true),
        ("application/grpc-web", false),
        ("application/json", false),
    ] {
        let request = || post().header("content-type", content_type);
        let answer = send(GatewayResponses::default().grpc(), request()).await;
        assert_eq!(answer.status == StatusCode::OK, is_grpc, "{content_type}");
        assert_eq!(
            answer
                .headers
                .get("grpc-status")
                .is_some_and(|status| status == "16"),
            is_grpc
        );
        let answer = send(GatewayResponses::default(), request()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    for (token, status, message) in [
        (
            "deny",
            "7",
            "User is not authorized to access this resource with an explicit deny in an identity-based policy",
        ),
        ("empty", "13", "the authorizer failed"),
    ] {
        let request = post()
            .header("authorization", token)
            .header("content-type", "application/grpc");
        let answer = send(GatewayResponses::default().grpc(), request).await;
        assert_eq!(answer.headers["grpc-status"], status);
        assert_eq!(answer.headers["grpc-message"], message);
        assert_eq!(answer.body, "");
    }
}

/// As gRPC maps HTTP's statuses to its own.
#[test]
fn each_status_has_its_grpc_status() {
    for (status, grpc_status) in [
        (400, "13"),
        (401, "16"),
        (403, "7"),
        (404, "12"),
        (413, "13"),
        (429, "14"),
        (500, "13"),
        (502, "14"),
        (503, "14"),
        (504, "14"),
    ] {
        let responses = GatewayResponses::default().grpc();
        let responder = layer().gateway_responses(responses).responder();
        let request = post().header("content-type", "application/grpc");
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let status = StatusCode::from_u16(status).unwrap();
        let failure = GatewayFailure::new(ResponseType::Default4xx).with_status(status);
        let response = responder.respond(&failure, &mut parts);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["grpc-status"], grpc_status, "{status}");
    }
}

fn all_additions() -> GatewayResponses {
    GatewayResponses::default()
        .cors(Cors::origins(["https://app.example"]).unwrap())
        .www_authenticate(WwwAuthenticate::bearer())
        .retry_after(Duration::from_secs(7))
        .security_headers()
        .family_header(ResponseFamily::Client, "x-family", "'4xx'")
        .unwrap()
        .with(
            ResponseType::Unauthorized,
            GatewayResponse::new()
                .header("x-own", "'1'")
                .header("cache-control", "'max-age=300'")
                .header("content-type", "'text/plain'")
                .header("grpc-status", "'0'"),
        )
        .unwrap()
}

#[tokio::test]
async fn a_grpc_response_has_the_additions_and_keeps_its_status() {
    let request = || {
        post()
            .header("content-type", "application/grpc")
            .header("origin", "https://app.example")
    };
    let answer = send(all_additions().grpc(), request()).await;
    assert_eq!(answer.status, StatusCode::OK);
    for (name, value) in [
        ("grpc-status", "16"),
        ("grpc-message", "Unauthorized"),
        ("content-type", "application/grpc"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "https://app.example"),
        ("vary", "Origin"),
        ("www-authenticate", "Bearer"),
        ("x-content-type-options", "nosniff"),
        ("x-own", "1"),
        ("x-family", "4xx"),
    ] {
        let values: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(values, [value], "{name}");
    }
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(
        exposed.ends_with(", x-family, grpc-status, grpc-message"),
        "{exposed}"
    );
    assert_eq!(answer.body, "");

    // A page of another origin may not read it.
    let elsewhere = post()
        .header("content-type", "application/grpc")
        .header("origin", "https://other.example");
    let answer = send(all_additions().grpc(), elsewhere).await;
    assert_eq!(answer.headers["grpc-status"], "16");
    assert!(!answer.headers.contains_key("access-control-allow-origin"));

    // Other clients get the usual response.
    let answer = send(
        all_additions().grpc(),
        get().header("origin", "https://app.example"),
    )
    .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers["content-type"], "text/plain");
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(!exposed.contains("grpc-message"), "{exposed}");
    // Without additions, there are no such headers.
    let answer = send(GatewayResponses::default().grpc(), request()).await;
    let mut names: Vec<_> = answer
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "cache-control",
            "content-type",
            "grpc-message",
            "grpc-status"
        ]
    );
}

/// The request of a page's script through gRPC-Web, which translates it to gRPC.
#[tokio::test]
async fn a_web_page_can_read_a_grpc_status_through_grpc_web() {
    let (_reporter, health) = tonic_health::server::health_reporter();
    let responses = GatewayResponses::default()
        .cors(Cors::origins(["https://app.example"]).unwrap())
        .grpc();
    let service = (
        tonic_web::GrpcWebLayer::new(),
        layer().gateway_responses(responses),
    )
        .layer(health);
    let call = async |token: Option<&str>| {
        let mut request = Request::post("/grpc.health.v1.Health/Check")
            .header("content-type", "application/grpc-web+proto")
            .header("origin", "https://app.example");
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        // An empty message.
        let body = http_body_util::Full::new(Bytes::from_static(&[0; 5]));
        let response = service.clone().oneshot(request.body(body).unwrap()).await;
        let Ok(response) = response;
        response
    };
    for (token, status) in [(None, "16"), (Some("deny"), "7"), (Some("empty"), "13")] {
        let refused = call(token).await;
        let headers = refused.headers();
        assert_eq!(refused.status(), StatusCode::OK, "{token:?}");
        assert_eq!(headers["content-type"], "application/grpc-web+proto");
        assert_eq!(headers["grpc-status"], status);
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://app.example"
        );
        let exposed = headers["access-control-expose-headers"].to_str().unwrap();
        assert!(exposed.contains("grpc-status, grpc-message"), "{exposed}");
    }
    let served = call(Some("allow")).await;
    assert!(!served.headers().contains_key("grpc-status"));
    assert!(!served.headers().contains_key("access-control-allow-origin"));
    let body = served.into_body().collect().await.unwrap().to_bytes();
    // The message `SERVING`, followed by the trailers.
    assert!(body.starts_with(&[0, 0, 0, 0, 2, 8, 1]), "{body:?}");
    assert!(
        body.windows(14).any(|part| part == b"grpc-status:0\r"),
        "{body:?}"
    );
}

#[tokio::test]
async fn a_get_is_not_grpc_even_with_its_content_type() {
    let request = get().header("content-type", "application/grpc");
    let answer = send(GatewayResponses::default().grpc(), request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_denial_with_another_status_has_no_challenge() {
    let hidden = GatewayResponse::new().status(404);
    let responses = GatewayResponses::default()
        .www_authenticate(WwwAuthenticate::bearer())
        .with(ResponseType::AccessDenied, hidden)
        .unwrap();
    let answer = send(responses, with_token("deny")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn cors_exposes_mapped_headers_and_keeps_the_headers_of_an_entry() {
    let named = |cors: &str| Cors::origins([cors]).unwrap();
    for origin in ["https://App.example", "HTTPS://app.example:443"] {
        let own = GatewayResponse::new().header("x-own", "'1'");
        let responses = GatewayResponses::default().cors(named(origin));
        let responses = responses.with(ResponseType::Unauthorized, own).unwrap();
        let answer = send(responses, get().header("origin", "https://app.example")).await;
        assert_eq!(
            answer.headers["access-control-allow-origin"],
            "https://app.example"
        );
        let exposed = answer.headers["access-control-expose-headers"]
            .to_str()
            .unwrap();
        assert!(exposed.ends_with(", x-own"), "{exposed}");
    }
    let own = GatewayResponse::new().header("access-control-expose-headers", "'x-mine'");
    let responses = GatewayResponses::default().cors(Cors::any());
    let responses = responses.with(ResponseType::Unauthorized, own).unwrap();
    assert_eq!(
        send(responses, get()).await.headers["access-control-expose-headers"],
        "x-mine"
    );
    assert!(Cors::origins([""; 0]).is_err());
}

#[tokio::test]
async fn a_template_sent_as_json_escapes_its_values() {
    let template = r#"{"q":"$method.request.querystring.q"}"#;
    for response in [
        GatewayResponse::new().template("text/json", template),
        GatewayResponse::new()
            .template("text/plain", template)
            .header("Content-Type", "'application/json'"),
    ] {
        let responses = GatewayResponses::default();
        let responses = responses
            .with(ResponseType::Unauthorized, response)
            .unwrap();
        let answer = send(responses, Request::get("/?q=%22,%22admin%22:%22")).await;
        assert_eq!(answer.body, r#"{"q":"\",\"admin\":\""}"#);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_replaced_by_the_default_body() {
    let template = "$method.request.header.x".repeat(10_000);
    let response = GatewayResponse::new().template("text/plain", template);
    let responses = GatewayResponses::default();
    let responses = responses
        .with(ResponseType::Unauthorized, response)
        .unwrap();
    let answer = send(responses.clone(), get().header("x", "a".repeat(20_000))).await;
    assert_eq!(answer.body, r#"{"message":"Unauthorized"}"#);
    assert_eq!(
        send(responses, get().header("x", "a")).await.body.len(),
        10_000
    );
}

#[tokio::test]
async fn several_templates_vary_by_accept() {
    let one = GatewayResponse::new().template("text/plain", "no");
    let two = one.clone().template("text/html", "<p>no</p>");
    for (response, varies) in [(one, false), (two, true)] {
        let responses = GatewayResponses::default();
        let responses = responses
            .with(ResponseType::Unauthorized, response)
            .unwrap();
        let answer = send(responses, get()).await;
        assert_eq!(
            answer
                .headers
                .get("vary")
                .is_some_and(|vary| vary == "Accept"),
            varies
        );
    }
}

#[tokio::test]
async fn a_family_header_replaces_an_earlier_one_and_the_default_header() {
    let responses = GatewayResponses::default()
        .family_header(ResponseFamily::Client, "content-type", "'text/a'")
        .unwrap()
        .family_header(ResponseFamily::Client, "Content-Type", "'text/b'")
        .unwrap();
    assert_eq!(
        send(responses.clone(), get()).await.headers["content-type"],
        "text/b"
    );
    // Also where the later one has no value.
    let absent = "method.request.header.x-absent";
    let responses = responses
        .family_header(ResponseFamily::Client, "content-type", absent)
        .unwrap();
    assert_eq!(
        send(responses, get()).await.headers["content-type"],
        "application/json"
    );
}

#[tokio::test]
async fn credentials_are_masked_completely_and_in_bounded_time() {
    let layer = |message: String| {
        LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            let error = AuthorizerError::new(&*message);
            async { Err::<AuthorizerResponse, _>(error) }
        }))
        .gateway_responses(GatewayResponses::for_development())
    };
    let explain = async |message: &str, cookie: &str, token: &str| {
        let inner =
            service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::new())));
        let request = with_token(token)
            .header("cookie", cookie)
            .body(Body::new())
            .unwrap();
        let response = layer(message.to_owned())
            .layer(inner)
            .oneshot(request)
            .await;
        text(response.unwrap()).await.body
    };
    let body = explain(
        "abcdefgh-tail is stale",
        "a=abcd; session=abcdefgh-tail",
        "tttt",
    )
    .await;
    assert!(body.contains("*** is stale"), "{body}");
    // ada:pa55word
    let body = explain("pa55word does not fit ada", "x", "Basic YWRhOnBhNTV3b3Jk").await;
    assert!(body.contains("*** does not fit"), "{body}");
    let words = "abcd1 ".repeat(20_000).replace("1 ", "2;abcd");
    let body = explain(&"x".repeat(1_000_000), &words, "tttt").await;
    assert!(body.len() < 10_000, "{}", body.len());
    let many: String = (0..1_000).map(|n| format!("c{n}=value{n};")).collect();
    let body = explain("value7", &many, "tttt").await;
    assert!(body.contains("withheld"), "{body}");
}

#[tokio::test]
async fn exempt_preflights_pass_and_nothing_else_does() {
    let preflight = || {
        Request::options("/pets")
            .header("origin", "https://app.example")
            .header("access-control-request-method", "GET")
    };
    let inner =
        || service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::new())));
    let status = async |exempt: bool, request: http::request::Builder| {
        let layer = if exempt {
            layer().exempt_preflights()
        } else {
            layer()
        };
        let request = request.body(Body::new()).unwrap();
        layer
            .layer(inner())
            .oneshot(request)
            .await
            .unwrap()
            .status()
    };
    assert_eq!(status(true, preflight()).await, StatusCode::OK);
    assert_eq!(status(false, preflight()).await, StatusCode::UNAUTHORIZED);
    let bare = Request::options("/pets").header("origin", "https://app.example");
    assert_eq!(status(true, bare).await, StatusCode::UNAUTHORIZED);
    let get = get()
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET");
    assert_eq!(status(true, get).await, StatusCode::UNAUTHORIZED);
}

#[test]
fn invalid_entries_are_errors_when_they_are_configured() {
    let with = |response| {
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response)
            .map(|_| ())
    };
    let new = GatewayResponse::new;
    for (response, words) in [
        (new().status(99), "cannot have the status `99`"),
        (new().status(101), "`101`"),
        (new().status(600), "`600`"),
        (new().status(204), "`204`"),
        (new().status(304), "`304`"),
        (
            new().template("application/json", "$context.nothing"),
            "`context.nothing` is not a variable",
        ),
        (
            new().template("application/json", "${context.stage"),
            "is not closed",
        ),
        (
            new().template("application/json", "x".repeat(400_000)),
            "400000 bytes",
        ),
        (
            new().template("json", "{}"),
            "`json` template of UNAUTHORIZED",
        ),
        (
            new().template("a/b", "").template("A/b; c=d", ""),
            "already a template for this content type",
        ),
        (
            new().header("x", "context.nothing"),
            "allowed are a value in single quotes",
        ),
        (
            new().header("x", "'a'").header("X", "'b'"),
            "already mapped",
        ),
    ] {
        let error = with(response).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
