//! Whatever a request contains is data in a gateway response: it breaks neither out of JSON nor out of a header.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{collections::BTreeMap, convert::Infallible};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header, response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use proptest::{collection, option, prelude::*, sample, string::string_regex};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::{Layer, ServiceExt};
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerError, AuthorizerResponse, GatewayFailure, GatewayResponse,
    GatewayResponses, LambdaAuthorizerLayer, ResourceMatch, ResponseType, authorizer_fn,
};

/// Values that a client, an authorizer or the application decides, by the expression for them.
const EXPRESSIONS: [&str; 18] = [
    "context.authorizer.principalId",
    "context.authorizer.reason",
    "context.domainName",
    "context.domainPrefix",
    "context.error.message",
    "context.error.validationErrorString",
    "context.httpMethod",
    "context.identity.user",
    "context.identity.userAgent",
    "context.path",
    "context.requestId",
    "context.resourcePath",
    "method.request.header.cookie",
    "method.request.header.x-sent",
    "method.request.multivalueheader.x-sent",
    "method.request.multivaluequerystring.sent",
    "method.request.path.id",
    "method.request.querystring.sent",
];

/// All there is to a request and to what happens to it.
#[derive(Debug, Clone)]
struct Case {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    path_parameter: String,
    answer: Answer,
}

#[derive(Debug, Clone)]
enum Answer {
    Deny { principal: String, reason: String },
    Failure { message: String },
}

proptest! {
    #[test]
    fn a_refusal_is_valid_json_and_one_response(case in case()) {
        let response = refuse(&case, customised());
        check(&response, &expected(&case))?;
    }

    #[test]
    fn so_is_the_applications_own_failure(case in case(), message in text(), errors in text()) {
        let failure = GatewayFailure::new(ResponseType::BadRequestBody)
            .with_message(message.clone())
            .with_validation_errors(errors.clone());
        let response = respond(&case, &failure, customised());
        let mut expected = expected(&case);
        expected.remove("context.authorizer.reason");
        expected.remove("context.authorizer.principalId");
        expected.insert("context.error.message", message);
        expected.insert("context.error.validationErrorString", errors);
        check(&response, &expected)?;
    }

    #[test]
    fn the_ready_made_bodies_are_valid_json(case in case(), message in text()) {
        let failure = GatewayFailure::new(ResponseType::BadRequestBody).with_message(message.clone());
        for (responses, member) in [
            (GatewayResponses::default(), "message"),
            (GatewayResponses::default().problem_json(), "detail"),
            (GatewayResponses::for_development(), "message"),
        ] {
            let response = respond(&case, &failure, responses.clone());
            one_response(&response)?;
            if case.method != Method::HEAD {
                let body: Value = serde_json::from_slice(response.body()).unwrap();
                prop_assert_eq!(body[member].as_str(), Some(message.as_str()));
            }
            let response = refuse(&case, responses);
            one_response(&response)?;
            if case.method != Method::HEAD {
                serde_json::from_slice::<Value>(response.body()).unwrap();
            }
        }
    }
}

/// Every value in quotes, the message as the JSON that it is, and every value in a header of its own.
fn customised() -> GatewayResponses {
    let members = EXPRESSIONS.iter().enumerate().map(|(index, expression)| {
        let name = name(index);
        format!(r#","{name}":"${{{expression}}}""#)
    });
    let members: String = members.collect();
    let template = format!(r#"{{"message":$context.error.messageString{members}}}"#);
    let entry = EXPRESSIONS.iter().enumerate().fold(
        GatewayResponse::new().template("application/json", template),
        |entry, (index, expression)| entry.header(name(index), *expression),
    );
    let families = [ResponseType::Default4xx, ResponseType::Default5xx];
    families
        .into_iter()
        .fold(GatewayResponses::default(), |responses, family| {
            responses.with(family, entry.clone()).unwrap()
        })
}

/// Of a member and of a header.
fn name(index: usize) -> String {
    format!("x-value-{index}")
}

fn check(
    response: &Response<Bytes>,
    expected: &BTreeMap<&'static str, String>,
) -> Result<(), TestCaseError> {
    one_response(response)?;
    headers_hold(response, expected)?;
    if response.body().is_empty() {
        // It answers HEAD.
        return Ok(());
    }
    let body = serde_json::from_slice::<BTreeMap<String, Value>>(response.body());
    let body = body.map_err(|error| TestCaseError::fail(format!("{error}: {response:?}")))?;
    prop_assert_eq!(body.len(), EXPRESSIONS.len() + 1, "{:?}", body);
    let message = expected.get("context.error.message");
    prop_assert_eq!(
        body["message"].as_str(),
        message.map(String::as_str),
        "the message"
    );
    for (index, expression) in EXPRESSIONS.iter().enumerate() {
        if let Some(value) = expected.get(expression) {
            prop_assert_eq!(&body[&name(index)], value.as_str(), "{}", expression);
        }
    }
    Ok(())
}

/// A value that no header can have is left out; any other one arrives.
fn headers_hold(
    response: &Response<Bytes>,
    expected: &BTreeMap<&'static str, String>,
) -> Result<(), TestCaseError> {
    for (index, expression) in EXPRESSIONS.iter().enumerate() {
        let actual = response.headers().get(name(index));
        if let Some(value) = expected.get(expression) {
            let is_one_line = !value.contains(breaks_out);
            let expected = HeaderValue::from_str(value).ok().filter(|_| is_one_line);
            prop_assert_eq!(actual, expected.as_ref(), "{}", expression);
        }
    }
    Ok(())
}

/// HTTP knows no other line breaks than CR and LF, but some clients do, U+0085 for one.
fn breaks_out(c: char) -> bool {
    c.is_control() && c != '\t'
}

/// On the wire, a client finds the header lines that were set, and the body behind them.
fn one_response(response: &Response<Bytes>) -> Result<(), TestCaseError> {
    let wire = tokio_test::block_on(written(response.clone()));
    let end = wire.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = wire.split_at(end.unwrap() + 4);
    prop_assert_eq!(body, response.body().as_ref());
    let head = String::from_utf8(head.to_vec()).unwrap();
    prop_assert!(!head.replace("\r\n", "").contains(breaks_out), "{:?}", head);
    let names = head.lines().skip(1).filter(|line| !line.is_empty());
    let names = names.map(|line| line.split(':').next().unwrap());
    let mut names: Vec<_> = names
        .filter(|name| *name != "date" && *name != "connection")
        .collect();
    names.sort_unstable();
    let mut set: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    set.sort_unstable();
    prop_assert_eq!(names, set);
    Ok(())
}

/// What hyper writes of it.
async fn written(response: Response<Bytes>) -> Vec<u8> {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let head_only = response.body().is_empty();
    let service = service_fn(move |_| {
        let response = response.clone().map(Full::new);
        async { Ok::<_, Infallible>(response) }
    });
    let method = if head_only { "HEAD" } else { "GET" };
    let request = format!("{method} / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    http1::Builder::new()
        .serve_connection(TokioIo::new(server), service)
        .await
        .unwrap();
    let mut wire = Vec::new();
    client.read_to_end(&mut wire).await.unwrap();
    wire
}

fn refuse(case: &Case, responses: GatewayResponses) -> Response<Bytes> {
    let answer = case.answer.clone();
    let authorizer = authorizer_fn(move |_| {
        let answer = answer.clone();
        async move {
            match answer {
                Answer::Deny { principal, reason } => Ok(AuthorizerResponse::deny("*")
                    .with_principal_id(principal)
                    .with_context("reason", reason)),
                Answer::Failure { message } => Err(AuthorizerError::new(message)),
            }
        }
    });
    let inner = tower::service_fn(async |_: Request<Empty<Bytes>>| -> Result<_, Infallible> {
        Ok(Response::new(Empty::<Bytes>::new()))
    });
    let service = layer(case, authorizer, responses).layer(inner);
    tokio_test::block_on(async {
        let response = service.oneshot(request(case)).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Response::from_parts(without_extensions(parts), body)
    })
}

fn respond(case: &Case, failure: &GatewayFailure, responses: GatewayResponses) -> Response<Bytes> {
    let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
    let responder = layer(case, authorizer, responses).responder();
    let (mut parts, _) = request(case).into_parts();
    let response = responder.respond(failure, &mut parts);
    let (parts, body) = response.into_parts();
    Response::from_parts(without_extensions(parts), body.into_bytes())
}

fn without_extensions(mut parts: response::Parts) -> response::Parts {
    parts.extensions = http::Extensions::new();
    parts
}

fn layer<A: tower_lambda_authorizer::Authorizer>(
    case: &Case,
    authorizer: A,
    responses: GatewayResponses,
) -> LambdaAuthorizerLayer<A> {
    let id = case.path_parameter.clone();
    LambdaAuthorizerLayer::request(authorizer, tower_lambda_authorizer::IdentitySources::none())
        .unwrap()
        .ambiguous_paths(AmbiguousPaths::AsReceived)
        .resource_resolver(move |_| {
            ResourceMatch::new()
                .with_resource("/pets/{id}")
                .with_path_parameter("id", &id)
        })
        .gateway_responses(responses)
}

fn request(case: &Case) -> Request<Empty<Bytes>> {
    let mut request = Request::new(Empty::new());
    *request.method_mut() = case.method.clone();
    *request.uri_mut() = case.uri.clone();
    for (name, value) in &case.headers {
        request.headers_mut().append(name, value.clone());
    }
    request
}

/// What can be said without repeating how values are found.
fn expected(case: &Case) -> BTreeMap<&'static str, String> {
    let mut expected = BTreeMap::from([
        ("context.httpMethod", case.method.to_string()),
        ("context.path", format!("/local{}", case.uri.path())),
        ("context.resourcePath", "/pets/{id}".to_owned()),
        ("method.request.path.id", case.path_parameter.clone()),
    ]);
    let mut sent = case
        .headers
        .iter()
        .rev()
        .filter(|(name, _)| name == "x-sent");
    let sent = sent
        .next()
        .and_then(|(_, value)| std::str::from_utf8(value.as_bytes()).ok());
    if let Some(sent) = sent {
        let trimmed = sent.trim_matches([' ', '\t']);
        expected.insert("method.request.header.x-sent", trimmed.to_owned());
    }
    if let Answer::Deny { principal, reason } = &case.answer {
        expected.insert("context.authorizer.principalId", principal.clone());
        expected.insert("context.authorizer.reason", reason.clone());
        let message = "User is not authorized to access this resource with an explicit deny in an identity-based policy";
        expected.insert("context.error.message", message.to_owned());
    }
    expected
}

fn case() -> impl Strategy<Value = Case> {
    let headers = collection::vec((header_of_interest(), header_value()), 0..6);
    (method(), uri(), headers, text(), answer()).prop_map(
        |(method, uri, headers, path_parameter, answer)| Case {
            method,
            uri,
            headers,
            path_parameter,
            answer,
        },
    )
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (text(), text()).prop_map(|(principal, reason)| Answer::Deny { principal, reason }),
        1 => text().prop_map(|message| Answer::Failure { message }),
    ]
}

/// What breaks out of JSON, of a header or of a template, among anything else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => sample::select(vec![
            "\"", "\\", "\\\"", "\",\"admin\":\"", "\r\n", "\n", "\r", "\r\n\r\n", "\0", "\u{1b}", "\u{7f}",
            "\u{2028}", "\u{85}", "é", "'", "</script>", "$context.requestId", "${context.stage}", "$",
            "{", "}", ": ", "set-cookie: a=b",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => string_regex("[ -~]{0,8}").unwrap(),
    ];
    collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        3 => sample::select(vec![Method::GET, Method::POST, Method::HEAD, Method::OPTIONS]),
        1 => string_regex("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,9}").unwrap()
            .prop_map(|name| Method::from_bytes(name.as_bytes()).unwrap()),
    ]
}

/// All that `http` takes for a target, in origin or absolute form.
fn uri() -> impl Strategy<Value = Uri> {
    let origin = option::of(string_regex("https?://[a-z0-9.-]{1,9}(:[0-9]{1,4})?").unwrap());
    (origin, target_text("/"), option::of(target_text("sent="))).prop_filter_map(
        "no URI",
        |(origin, path, query)| {
            let origin = origin.unwrap_or_default();
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            Uri::from_maybe_shared(Bytes::from(format!("{origin}{path}{query}"))).ok()
        },
    )
}

fn target_text(start: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        sample::select(vec![
            "\"",
            "{",
            "}",
            "%22",
            "%5C",
            "%0D%0A",
            "%00",
            "%0",
            "%",
            "&sent=",
            "&",
            "+",
            "'",
            "$context.stage",
            "é",
            "\u{2028}",
            "%FF",
            "/",
            "//",
            "..",
            ";",
            "|",
            "~",
            "=",
        ])
        .prop_map(str::to_owned),
        string_regex("[a-zA-Z0-9]{0,6}").unwrap(),
    ];
    collection::vec(piece, 0..7).prop_map(move |pieces| format!("{start}{}", pieces.concat()))
}

fn header_of_interest() -> impl Strategy<Value = HeaderName> {
    sample::select(vec![
        HeaderName::from_static("x-sent"),
        header::COOKIE,
        header::HOST,
        header::USER_AGENT,
        header::ACCEPT,
    ])
}

/// Any bytes that a header can have: no controls but tabs, and not only ASCII.
fn header_value() -> impl Strategy<Value = HeaderValue> {
    let bytes = prop_oneof![
        collection::vec(any::<u8>(), 0..12),
        text().prop_map(String::into_bytes),
    ];
    bytes.prop_map(|bytes| {
        let allowed = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
        let bytes: Vec<u8> = bytes.into_iter().filter(allowed).collect();
        HeaderValue::from_bytes(&bytes).unwrap()
    })
}
