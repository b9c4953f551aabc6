//! Each type of response: its default, its own entry, and that of its family.

use super::*;

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
        TYPES.map(|(name, ..)| name).as_slice(),
        ResponseType::ALL
            .iter()
            .map(|known| known.as_str())
            .collect::<Vec<_>>()
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
            .status(StatusCode::IM_A_TEAPOT)
            .template("text/plain", "$context.error.responseType");
        let own_whole = none.clone().with(response_type, text.clone()).unwrap();
        check(&own_whole, 418, name, None);

        let of_family = none.clone().with(family, marked("family")).unwrap();
        check(&of_family, status, template_body, Some("family"));

        let with_status = marked("family")
            .status(StatusCode::LENGTH_REQUIRED)
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
    for &response_type in ResponseType::ALL {
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

#[test]
fn invalid_entries_are_errors_when_they_are_configured() {
    let with = |response| {
        GatewayResponses::default()
            .with(ResponseType::Unauthorized, response)
            .map(|_| ())
    };
    let new = GatewayResponse::new;
    let with_status = |status| new().status(StatusCode::from_u16(status).unwrap());
    for (response, words) in [
        (with_status(101), "cannot have the status `101`"),
        (with_status(600), "`600`"),
        (with_status(204), "`204`"),
        (with_status(304), "`304`"),
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
