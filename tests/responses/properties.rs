//! No value of a request can break out of the JSON or the headers of a gateway response.

mod input;

use std::{collections::BTreeMap, convert::Infallible};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use input::{Answer, Case, case, text};
use proptest::prelude::*;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::{Layer, ServiceExt};
use tower_lambda_authorizer::{
    AmbiguousHosts, AmbiguousPaths, Authorizer, AuthorizerError, AuthorizerResponse,
    IdentitySources, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn,
    gateway_responses::{GatewayFailure, GatewayResponse, GatewayResponses, ResponseType},
};

/// Expressions for values that a client, an authorizer or the application sets.
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

proptest! {
    #[test]
    fn a_refusal_is_valid_json_and_one_response(case in case()) {
        let response = refuse(&case, customised());
        check(&response, &expected(&case))?;
    }

    #[test]
    fn a_failure_of_the_application_is_valid_json_and_one_response(case in case(), message in text(), errors in text()) {
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

/// An entry with every value in the JSON body and in a header of its own.
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

/// The name of a member and of a header.
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
        // The response to HEAD.
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

/// An invalid header value is left out. Any other value arrives.
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

/// HTTP has no line breaks except CR and LF, but some clients have, such as U+0085.
fn breaks_out(c: char) -> bool {
    c.is_control() && c != '\t'
}

/// On the wire, a client finds exactly the header lines that were set, followed by the body.
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

/// The bytes that hyper writes for a response.
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

fn layer<A: Authorizer>(
    case: &Case,
    authorizer: A,
    responses: GatewayResponses,
) -> LambdaAuthorizerLayer<A> {
    let id = case.path_parameter.clone();
    LambdaAuthorizerLayer::request(authorizer, IdentitySources::none())
        .unwrap()
        .ambiguous_hosts(AmbiguousHosts::AsReceived)
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

/// The properties that do not repeat how values are found.
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
