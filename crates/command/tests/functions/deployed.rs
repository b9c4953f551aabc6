//! `--function NAME=aws`: functions behind the API of AWS Lambda, which a stub replaces.

mod stub;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use self::stub::{Answer, Stub};
use crate::{
    app::{ALLOW, App},
    nobody::nobody,
    process::Server,
    served::{no_upstream, status, wait_until},
};

const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");
const KEY: (&str, &str) = ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "not-a-secret");
const NO_METADATA: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

/// The template names the function `pets`. Its code must not run.
fn app() -> App {
    App::new("FunctionName: pets, Runtime: provided.al2023, CodeUri: nowhere")
}

/// The server with these variables and no others of AWS.
fn command(app: &App, function: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    command
        .args(["serve", "template.yaml", "--upstream", &no_upstream()])
        .args(["--listen", "127.0.0.1:0", "--function", function])
        .env_clear()
        .env("HOME", app.path())
        .envs(variables.iter().copied())
        .current_dir(app.path())
        .stdin(Stdio::null());
    command
}

fn serve(app: &App, function: &str, endpoint: &str) -> Server {
    let endpoint = ("AWS_ENDPOINT_URL_LAMBDA", endpoint);
    let variables = [REGION, KEY, SECRET, NO_METADATA, endpoint];
    Server::spawn(command(app, function, &variables))
}

/// A server that does not start.
fn refused(app: &App, function: &str, variables: &[(&str, &str)]) -> Output {
    command(app, function, variables).output().unwrap()
}

#[track_caller]
fn check_sentence(output: &Output, sentence: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains(sentence), "{errors}");
}

/// Accepts connections, and answers nothing.
struct Silent(TcpListener);

impl Silent {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    fn was_asked(&self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        self.0.accept().is_ok()
    }
}

#[test]
fn answers_decide_and_each_failure_is_a_500() {
    let app = app();
    let stub = Stub::start(|token| match token {
        "allow" => Answer::ok(ALLOW),
        "deny" => Answer::ok(&ALLOW.replace("Allow", "Deny")),
        "unauthorized" => Answer::failed(r#"{"errorMessage": "Unauthorized"}"#),
        "error" => Answer::failed(r#"{"errorMessage": "no table", "errorType": "KeyError"}"#),
        // The error's payload must not be taken for an answer.
        "error-that-allows" => Answer::failed(ALLOW),
        "garbage" => Answer::ok("garbage"),
        "nothing" => Answer::ok(""),
        "missing" => Answer::refused(404, "ResourceNotFoundException", "Function not found: pets"),
        "forbidden" => Answer::refused(403, "AccessDeniedException", "no lambda:InvokeFunction"),
        "expired" => Answer::refused(403, "ExpiredTokenException", "the token is expired"),
        "busy" => Answer::refused(429, "TooManyRequestsException", "Rate Exceeded"),
        "broken" => Answer::refused(500, "ServiceException", "try again"),
        // Lambda's own failure with an answer in it.
        "broken-that-allows" => Answer::plain(503, ALLOW),
        token => panic!("{token}"),
    });
    let server = serve(&app, "gate=aws", &stub.url());
    assert!(
        server
            .errors()
            .starts_with("gate: deployed, pets in eu-west-1\n"),
        "{}",
        server.errors()
    );
    for (token, expected, explanation) in [
        ("allow", 502, ""),
        ("deny", 403, "denies"),
        ("unauthorized", 401, "Unauthorized"),
        ("error", 500, "the function failed: no table (KeyError)"),
        ("error-that-allows", 500, "the function failed"),
        ("garbage", 500, "the authorizer's answer cannot be used"),
        ("nothing", 500, "the authorizer's answer cannot be used"),
        (
            "missing",
            500,
            "ResourceNotFoundException: Function not found: pets",
        ),
        (
            "forbidden",
            500,
            "give the client's credentials the permission `lambda:InvokeFunction`",
        ),
        (
            "expired",
            500,
            "the client's credentials are not accepted; renew them",
        ),
        ("busy", 500, "the function is throttled"),
        ("broken", 500, "ServiceException: try again"),
        ("broken-that-allows", 500, "status 503"),
    ] {
        let before = server.errors().len();
        assert_eq!(status(&server, token), expected, "{token}");
        let refusal = format!("{expected} GET /: ");
        wait_until(&format!("{token}: {explanation}"), || {
            let errors = server.errors();
            let line = errors.get(before..).unwrap_or_default();
            line.contains(&refusal) && line.contains(explanation)
        });
    }
    let asked = stub.asked();
    let first = asked.first().unwrap();
    assert_eq!(first.path, "/2015-03-31/functions/pets/invocations");
    assert!(
        first.authorization.contains("Credential=AKIDEXAMPLE/"),
        "{}",
        first.authorization
    );
    assert!(
        first
            .authorization
            .contains("/eu-west-1/lambda/aws4_request"),
        "{}",
        first.authorization
    );
}

#[test]
fn the_region_of_an_arn_and_its_qualifier_count() {
    let app = app();
    let stub = Stub::start(|_| Answer::ok(ALLOW));
    let arn = "arn:aws:lambda:us-west-2:123456789012:function:pets:live";
    let server = serve(&app, &format!("gate=aws:{arn}"), &stub.url());
    assert!(
        server
            .errors()
            .contains(&format!("deployed, {arn} in us-west-2\n")),
        "{}",
        server.errors()
    );
    assert_eq!(status(&server, "t"), 502);
    let asked = stub.asked();
    let first = asked.first().unwrap();
    assert!(
        first.path.contains("us-west-2") && first.path.contains("live"),
        "{}",
        first.path
    );
    assert!(
        first.authorization.contains("/us-west-2/lambda/"),
        "{}",
        first.authorization
    );
}

#[test]
fn the_arn_of_the_authorizer_comes_before_the_name_of_the_function() {
    let app = app();
    let template = fs::read_to_string(app.file("template.yaml")).unwrap();
    let arn = "arn:aws:lambda:us-west-2:123456789012:function:pets:live";
    let template = template.replace("!GetAtt Gate.Arn", &format!("'{arn}'"));
    let app = app.with("template.yaml", &template);
    let stub = Stub::start(|_| Answer::ok(ALLOW));
    let server = serve(&app, "gate=aws", &stub.url());
    let line = format!("gate: deployed, {arn} in us-west-2\n");
    assert!(server.errors().starts_with(&line), "{}", server.errors());
}

#[test]
fn an_endpoint_that_is_down_or_silent_is_a_500() {
    let app = app();
    let address = Silent::new().address();
    let server = serve(&app, "gate=aws", &format!("http://{address}"));
    assert_eq!(status(&server, "t"), 500);
    server.wait_for_error("the function's endpoint cannot be reached");
    let silent = Silent::new();
    let server = serve(&app, "gate=aws", &format!("http://{}", silent.address()));
    let begun = Instant::now();
    assert_eq!(status(&server, "t"), 500);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    server.wait_for_error("500 GET /: ");
}

#[test]
fn a_configuration_that_cannot_work_ends_the_start() {
    let app = app();
    let no_region = "`--function gate=aws`: no AWS region is set; set AWS_REGION, or name the function with its ARN";
    check_sentence(
        &refused(&app, "gate=aws", &[KEY, SECRET, NO_METADATA]),
        no_region,
    );
    let region = ("AWS_REGION", "http://eu");
    check_sentence(
        &refused(&app, "gate=aws", &[KEY, SECRET, NO_METADATA, region]),
        "`http://eu` is not an AWS region; correct AWS_REGION",
    );
    check_sentence(
        &refused(&app, "gate=aws", &[REGION, NO_METADATA]),
        "`--function gate=aws`: there are no AWS credentials; log in",
    );
    check_sentence(
        &refused(
            &app,
            "gate=aws",
            &[REGION, NO_METADATA, ("AWS_PROFILE", "nobody")],
        ),
        "there are no AWS credentials of the profile `nobody`; log in",
    );
    check_sentence(
        &refused(&app, "gate=aws:pets/live", &[REGION, KEY, SECRET]),
        "a name or an ARN has 1 to 170 letters",
    );
    let nameless = App::new("Runtime: provided.al2023, CodeUri: nowhere");
    check_sentence(
        &refused(&nameless, "gate=aws", &[REGION, KEY, SECRET]),
        "the document does not say under which name the function is deployed; write `aws:FUNCTION-NAME`",
    );
}

#[test]
fn a_metadata_service_that_hangs_holds_nothing_up() {
    let app = app();
    let silent = Silent::new();
    let metadata = format!("http://{}", silent.address());
    let metadata = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*metadata);
    // Nothing asks it for the region, nor for credentials that are there.
    check_sentence(
        &refused(&app, "gate=aws", &[KEY, SECRET, metadata]),
        "no AWS region is set",
    );
    let stub = Stub::start(|_| Answer::ok(ALLOW));
    let url = stub.url();
    let endpoint = ("AWS_ENDPOINT_URL", &*url);
    let server = Server::spawn(command(
        &app,
        "gate=aws",
        &[REGION, KEY, SECRET, metadata, endpoint],
    ));
    assert_eq!(status(&server, "t"), 502);
    assert!(!silent.was_asked());
    let begun = Instant::now();
    check_sentence(
        &refused(&app, "gate=aws", &[REGION, metadata]),
        "there are no AWS credentials",
    );
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
    assert!(silent.was_asked());
}

#[test]
fn credentials_that_may_come_later_do_not_keep_the_server_from_starting() {
    let app = app();
    let silent = Silent::new();
    let container = format!("http://{}/credentials", silent.address());
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*container);
    let begun = Instant::now();
    let server = Server::spawn(command(&app, "gate=aws", &[REGION, NO_METADATA, container]));
    assert_eq!(status(&server, "t"), 500);
    assert!(
        begun.elapsed() < Duration::from_secs(25),
        "{:?}",
        begun.elapsed()
    );
    server.wait_for_error("500 GET /: ");
}

#[test]
fn other_endpoints_work_beside_it() {
    // The build has two users of TLS, which have to agree on its cryptography.
    let app = app();
    let stub = Stub::start(|_| Answer::ok(ALLOW));
    let server = Server::spawn(command(&app, &format!("gate={}", stub.url()), &[]));
    assert_eq!(status(&server, "t"), 502);
    let record = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args(["record", "requests.http", "--url"])
        .arg(format!("https://{}", nobody()))
        .current_dir(app.with("requests.http", "GET /\n").path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&record.stderr);
    assert!(
        errors.contains("there is no connection to the server"),
        "{errors}"
    );
}
