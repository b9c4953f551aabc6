//! Requests from the events that functions receive.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use http::Request;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    Api, ApiType, AuthorizerConfig, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
};

use crate::command::{check, run, run_with};

const ANSWER: &str = "crates/command/examples/answer.json";
const AUTHORIZER: &str = "crates/command/examples/authorizer.json";

/// An authorizer, and a request for it, with a value of its first identity source.
struct Sent {
    api_type: ApiType,
    authorizer: Value,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    value: &'static str,
}

fn sent() -> [Sent; 6] {
    let rest = |kind: &str, source: &str| json!({"type": kind, "identitySource": source});
    let http = |version: &str, source: &str| {
        json!({"authorizerType": "REQUEST", "authorizerPayloadFormatVersion": version, "identitySource": [source],
            "authorizerResultTtlInSeconds": 0})
    };
    [
        Sent {
            api_type: ApiType::Rest,
            authorizer: rest("TOKEN", "method.request.header.Authorization"),
            target: "/caf%C3%A9/a%20b/",
            headers: &[("authorization", "Bearer 1"), ("x-other", "2")],
            value: "Bearer 1",
        },
        Sent {
            api_type: ApiType::Rest,
            authorizer: rest("REQUEST", "method.request.querystring.tenant"),
            target: "/caf%C3%A9?tenant=x&tenant=a%20b%26c%3D%C3%A9%2B",
            headers: &[],
            value: "a b&c=é+",
        },
        Sent {
            api_type: ApiType::Rest,
            authorizer: rest("REQUEST", "method.request.header.X-Key"),
            target: "/",
            headers: &[("x-key", "1"), ("x-key", "2")],
            value: "2",
        },
        Sent {
            api_type: ApiType::Http,
            authorizer: http("1.0", "$request.querystring.tenant"),
            target: "/caf%C3%A9/50%25%20b%23?tenant=a%20b",
            headers: &[],
            value: "a b",
        },
        Sent {
            api_type: ApiType::Http,
            authorizer: http("2.0", "$request.header.Cookie"),
            target: "/caf%C3%A9/50%25%20b%23?tenant=a%20b",
            headers: &[("cookie", "a=1"), ("cookie", "b=2")],
            value: "a=1; b=2",
        },
        Sent {
            api_type: ApiType::WebSocket,
            authorizer: json!({"authorizerType": "REQUEST", "identitySource": ["route.request.querystring.tenant"]}),
            target: "/?tenant=a%20b",
            headers: &[],
            value: "a b",
        },
    ]
}

/// What the layer sends to the function, and the method ARN.
async fn event_of(sent: &Sent, api: Api) -> (String, String) {
    let seen = Arc::<Mutex<Option<(String, String)>>>::default();
    let kept = Arc::clone(&seen);
    let authorizer = authorizer_fn(move |request| {
        let arn = request.method_arn().to_string();
        *kept.lock().unwrap() = Some((request.to_event().to_string(), arn));
        async { Ok(AuthorizerResponse::allow("*").with_principal_id("ann")) }
    });
    let config: AuthorizerConfig = serde_json::from_value(sent.authorizer.clone()).unwrap();
    let layer = LambdaAuthorizerLayer::from_config(config.for_api_type(sent.api_type), authorizer);
    let layer = layer.unwrap().api(api);
    let mut request = Request::get(sent.target);
    for (name, value) in sent.headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(()).unwrap();
    let peer = SocketAddr::from(([203, 0, 113, 9], 0));
    request.extensions_mut().insert(peer);
    let explanation = layer.explain(request).await;
    let seen = seen.lock().unwrap().take();
    seen.unwrap_or_else(|| panic!("{explanation}"))
}

/// The policy allows only this method ARN from this address, and the answer is for this value only.
fn write_files(folder: &Path, sent: &Sent, arn: &str) {
    // A TOKEN authorizer's event has no address.
    let only_here = match sent.authorizer["type"].as_str() {
        Some("TOKEN") => json!({}),
        _ => json!({"IpAddress": {"aws:SourceIp": "203.0.113.9"}}),
    };
    let statement = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arn, "Condition": only_here});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    let answer = json!({"principalId": "ann", "policyDocument": policy});
    let answers = json!({"answersByToken": {sent.value: answer}});
    fs::write(folder.join("answers.json"), answers.to_string()).unwrap();
    fs::write(folder.join("authorizer.json"), sent.authorizer.to_string()).unwrap();
}

#[tokio::test]
async fn an_event_of_each_format_leads_back_to_its_request() {
    for sent in sent() {
        let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod").unwrap();
        let (event, arn) = event_of(&sent, api).await;
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path(), &sent, &arn);
        let file = |name: &str| folder.path().join(name).display().to_string();
        let files = [file("authorizer.json"), file("answers.json")];
        let arguments = [
            "explain", "--format", "json", &files[0], &files[1], "--event", "-",
        ];
        // As a log shows it.
        let logged = format!("2026-11-30T10:00:00Z 6ba7b810 INFO {event}\n");
        let ran = run_with(&arguments, &logged, &[]);
        assert_eq!(ran.code, 0, "{event}\n{}{}", ran.output, ran.errors);
        let explanation: Value = serde_json::from_str(&ran.output).unwrap();
        assert_eq!(explanation["methodArn"], *arn, "{event}");
    }
}

const EVENT: &str = r#"{"type": "REQUEST", "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets",
    "headers": {"Authorization": "s3cr3t"}, "queryStringParameters": {"tenant": "acme"}, "multiValueHeaders": null,
    "stageVariables": {"a": "1"}, "requestContext": {"identity": {"sourceIp": "203.0.113.9"}}}"#;

#[test]
fn the_api_of_an_event_counts_unless_an_option_names_another() {
    let explain = |options: &[&str]| {
        let arguments = [&["explain", AUTHORIZER, ANSWER, "--event", "-"], options].concat();
        run(&arguments, EVENT)
    };
    assert_eq!(explain(&[]).0, 0);
    let other = "arn:aws:execute-api:eu-west-1:123456789012:zzzzzzzzzz/prod";
    for (options, arn) in [
        (["--api", other], "zzzzzzzzzz/prod/GET/pets"),
        (["--stage", "test"], "placeholder/test/GET/pets"),
    ] {
        let (code, printed) = explain(&options);
        assert_eq!(code, 1, "{printed}");
        assert!(printed.contains(arn), "{printed}");
    }
}

#[test]
fn the_variables_of_an_event_count_unless_an_option_sets_them() {
    let folder = tempfile::tempdir().unwrap();
    let authorizer = folder.path().join("authorizer.json").display().to_string();
    let answers = folder.path().join("answers.json").display().to_string();
    let by_variable = r#"{"type": "REQUEST", "identitySource": "stageVariables.a"}"#;
    fs::write(&authorizer, by_variable).unwrap();
    let allow = r#"{"policyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}"#;
    fs::write(
        &answers,
        format!(r#"{{"answersByToken": {{"1": {allow}}}}}"#),
    )
    .unwrap();
    let arguments = ["explain", &authorizer, &answers, "--event", "-"];
    assert_eq!(run(&arguments, EVENT).0, 0);
    let set = [&arguments[..], &["--stage-variable", "a=2"]].concat();
    assert_eq!(run(&set, EVENT).0, 2, "there is no answer for 2");
}

#[test]
fn the_token_of_an_event_is_in_the_header_that_an_option_names() {
    let token = r#"{"type": "TOKEN", "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets?tenant=acme",
        "authorizationToken": "s3cr3t"}"#;
    let arguments = ["explain", AUTHORIZER, ANSWER, "--event", "-"];
    check(&arguments, token, 0, "allowed: ");
    let renamed = [&arguments[..], &["--token-header", "X-Key"]].concat();
    check(
        &renamed,
        token,
        1,
        "`method.request.header.Authorization` is missing",
    );
}

/// Two authorizers, each with a header of its own.
const TWO_HEADERS: &str = r#"{"openapi": "3.0.1",
    "paths": {"/pets": {"get": {"security": [{"keys": []}]}}, "/staff": {"get": {"security": [{"badges": []}]}}},
    "components": {"securitySchemes": {
        "keys": {"type": "apiKey", "name": "X-Key", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token"}},
        "badges": {"type": "apiKey", "name": "X-Badge", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token"}}}}}"#;

#[test]
fn the_token_of_an_event_is_in_the_header_that_the_document_names() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("api.json").display().to_string();
    fs::write(&document, TWO_HEADERS).unwrap();
    let arguments = ["explain", &document, ANSWER, "--event", "-"];
    for (path, header) in [("pets", "X-Key"), ("staff", "X-Badge")] {
        let arn = format!("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/{path}");
        let event =
            json!({"type": "TOKEN", "methodArn": arn, "authorizationToken": "s3cr3t"}).to_string();
        let present = format!("`method.request.header.{header}` is present");
        let is_allowed = path == "pets";
        check(&arguments, &event, i32::from(!is_allowed), &present);
        let elsewhere = [&arguments[..], &["--token-header", "Authorization"]].concat();
        check(
            &elsewhere,
            &event,
            1,
            &format!("`method.request.header.{header}` is missing"),
        );
    }
}

/// Some have the cookies only there.
#[test]
fn cookies_may_be_apart_from_the_headers() {
    let event = r#"{"version": "2.0", "routeArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets",
        "rawQueryString": "tenant=acme", "cookies": ["a=1", "b=2"], "headers": {"authorization": "s3cr3t"}}"#;
    let folder = tempfile::tempdir().unwrap();
    let authorizer = folder.path().join("authorizer.json").display().to_string();
    let answers = folder.path().join("answers.json").display().to_string();
    let by_cookie = r#"{"authorizerType": "REQUEST", "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true,
        "identitySource": ["$request.header.Cookie"]}"#;
    fs::write(&authorizer, by_cookie).unwrap();
    fs::write(
        &answers,
        r#"{"answersByToken": {"a=1; b=2": {"isAuthorized": true}}}"#,
    )
    .unwrap();
    check(
        &["explain", &authorizer, &answers, "--event", "-"],
        event,
        0,
        "allowed: ",
    );
}

#[test]
fn an_event_that_cannot_be_used_is_an_error() {
    let arguments = ["explain", AUTHORIZER, ANSWER, "--event", "-"];
    for (event, problem) in [
        ("", "this is not one event as JSON"),
        ("{'methodArn': 's3cr3t'}", "`json.dumps(event)`"),
        (r#"{"headers": "s3cr3t"}"#, "this is not one event as JSON"),
        (
            r#"{"headers": {}} {"headers": {}}"#,
            "this is not one event as JSON",
        ),
        (
            r#"{"httpMethod": "GET", "path": "/"}"#,
            "it has no `methodArn` and no `routeArn`",
        ),
        (
            r#"{"methodArn": "pets"}"#,
            "its `methodArn`: write arn:aws:execute-api:",
        ),
        (
            r#"{"methodArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/a", "headers": {"a b": "s3cr3t"}}"#,
            "this is not the name of a header",
        ),
    ] {
        check(&arguments, event, 2, problem);
    }
    let twice = [&arguments[..], &["GET", "/pets"]].concat();
    check(&twice, EVENT, 2, "leave out `--curl`, `--har` or `--event`");
}

/// An endpoint of the Invoke API that allows everything, and notes each call.
fn noting_endpoint() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let noted = Arc::clone(&calls);
    thread::spawn(move || {
        for stream in listener.incoming() {
            noted.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream.unwrap();
            let read = stream.read(&mut [0; 4096]).unwrap();
            assert_ne!(read, 0);
            let answer = r#"{"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}}"#;
            let length = answer.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            stream.write_all((head + answer).as_bytes()).unwrap();
        }
    });
    (format!("http://{address}"), calls)
}

#[test]
fn no_function_is_called_to_find_the_header_of_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let authorizer = folder.path().join("authorizer.json").display().to_string();
    let for_anybody =
        r#"{"type": "REQUEST", "identitySource": "", "authorizerResultTtlInSeconds": 0}"#;
    fs::write(&authorizer, for_anybody).unwrap();
    let token = r#"{"type": "TOKEN", "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets",
        "authorizationToken": "s3cr3t"}"#;
    let (endpoint, calls) = noting_endpoint();
    let function = format!("{endpoint}/2015-03-31/functions/Gate/invocations");
    let arguments = [
        "explain",
        &authorizer,
        "--function",
        &function,
        "--event",
        "-",
    ];
    check(&arguments, token, 0, "allowed: ");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
