//! Functions that are late, die, or answer with garbage.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tempfile::TempDir;

use crate::{
    bad_function::{BAD, LATE, app},
    client::{ask, check, connect, consistent, is_ok, ok, refusal},
    envoy::Envoy,
    process::Server,
};

/// Nothing here takes as long, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(120);

const FAILED: &str = r#"{"message":null}"#;

/// Enough for all functions but the late one, also on a busy machine.
const ENOUGH: u32 = 60;

/// The function has this much time.
fn started(seconds: u32) -> Option<(TempDir, Server)> {
    let folder = app(seconds)?;
    let server = Server::start_in(folder.path(), &["ext-authz", "template.yaml"]);
    Some((folder, server))
}

#[tokio::test]
async fn a_function_that_ends_badly_is_a_500_and_the_next_request_is_served() {
    let (Some((_folder, server)), Some((_other, impatient))) = (started(ENOUGH), started(2)) else {
        return;
    };
    let get = |token: &str| check("GET", "/pets", &[("authorization", token)]);
    let channel = connect(server.address).await;
    for bad in BAD.into_iter().filter(|bad| *bad != LATE) {
        let answer = refusal(ask(&channel, get(bad)).await);
        assert_eq!(answer, (500, FAILED.to_owned()), "{bad}");
        ok(ask(&channel, get("ok")).await);
    }
    let channel = connect(impatient.address).await;
    let answer = refusal(ask(&channel, get(LATE)).await);
    assert_eq!(answer, (500, FAILED.to_owned()));
    // On a busy machine, this one may be late, too.
    let begun = Instant::now();
    while !is_ok(&ask(&channel, get("ok")).await) {
        assert!(begun.elapsed() < DEADLINE);
    }
}

/// Envoy takes an answer after its own timeout for an error, and may then let a request through.
#[tokio::test]
async fn a_late_function_is_answered_before_envoy_gives_up() {
    let Some((_folder, server)) = started(30) else {
        return;
    };
    // tonic's own client gives up by itself.
    let patient = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let origin = format!("http://{}", server.address).parse().unwrap();
    let mut client = AuthorizationClient::with_origin(patient, origin);
    for milliseconds in [0_u64, 5, 50, 1_000] {
        let late = check("GET", "/pets", &[("authorization", "late")]);
        let mut request = tonic::Request::new(late);
        request.set_timeout(Duration::from_millis(milliseconds));
        let begun = Instant::now();
        let answer = refusal(consistent(client.check(request).await));
        assert_eq!(answer, (500, FAILED.to_owned()), "{milliseconds} ms");
        // The function has thirty seconds.
        assert!(begun.elapsed() < Duration::from_secs(29));
    }
    server.wait_for_error("give the filter's `grpc_service` a longer `timeout`");
}

/// With an Envoy that lets requests through after an error.
fn lenient(config: &str) -> String {
    assert!(config.contains("failure_mode_allow: false"));
    config.replace("failure_mode_allow: false", "failure_mode_allow: true")
}

#[test]
fn through_envoy_the_client_gets_the_500() {
    let Some((_folder, server)) = started(ENOUGH) else {
        return;
    };
    let patient = |config: String| lenient(&config).replace("timeout: 10s", "timeout: 60s");
    let Some(envoy) = Envoy::start(server.address, patient) else {
        return;
    };
    for bad in BAD.into_iter().filter(|bad| *bad != LATE) {
        let answer = envoy.get("/pets", &[("authorization", bad)]);
        assert!(answer.starts_with("HTTP/1.1 500 "), "{bad}: {answer}");
        assert!(answer.ends_with(FAILED), "{bad}: {answer}");
        let allowed = envoy.get("/pets", &[("authorization", "ok")]);
        assert!(
            allowed.starts_with("HTTP/1.1 200 "),
            "after {bad}: {allowed}"
        );
    }
}

#[test]
fn through_envoy_a_late_function_is_answered_before_envoy_gives_up() {
    let Some((_folder, server)) = started(30) else {
        return;
    };
    let impatient = |config: String| {
        assert!(config.contains("timeout: 10s"));
        lenient(&config).replace("timeout: 10s", "timeout: 4s")
    };
    let Some(envoy) = Envoy::start(server.address, impatient) else {
        return;
    };
    let answers = [(); 5].map(|()| envoy.get("/pets", &[("authorization", "late")]));
    let is_in_time = |answer: &&String| answer.starts_with("HTTP/1.1 500 ");
    let in_time: Vec<_> = answers.iter().filter(is_in_time).collect();
    assert!(in_time.iter().all(|answer| answer.ends_with(FAILED)));
    // A busy machine may stop the server for longer than the second by which it is earlier, but not most of the time.
    assert!(in_time.len() >= 3, "{answers:?}");
    server.wait_for_error("give the filter's `grpc_service` a longer `timeout`");
}

/// Envoy counts the checks that are running. With too many of them, it does not ask.
#[test]
fn envoys_own_limit_lets_nothing_through_as_documented() {
    let Some((_folder, server)) = started(4) else {
        return;
    };
    let limited = |config: String| {
        config.replace(
            "    - name: lambda-authorizer\n",
            "    - name: lambda-authorizer\n      circuit_breakers: {thresholds: [{max_requests: 1}]}\n",
        )
    };
    let Some(envoy) = Envoy::start(server.address, limited) else {
        return;
    };
    let answers = std::thread::scope(|scope| {
        let ask = || envoy.get("/pets", &[("authorization", "late")]);
        let asking = [(); 6].map(|()| scope.spawn(ask));
        asking.map(|asking| asking.join().unwrap())
    });
    let statuses = answers.map(|answer| answer[9..12].to_owned());
    assert!(
        statuses
            .iter()
            .all(|status| ["500", "503"].contains(&&**status)),
        "{statuses:?}"
    );
    assert!(
        statuses.iter().any(|status| status == "503"),
        "{statuses:?}"
    );
}

/// A process that is stopped, and so neither answers nor closes its connections.
#[test]
fn a_server_that_hangs_lets_nothing_through() {
    let Some((_folder, server)) = started(ENOUGH) else {
        return;
    };
    let impatient = |config: String| config.replace("timeout: 10s", "timeout: 3s");
    let Some(envoy) = Envoy::start(server.address, impatient) else {
        return;
    };
    let ask = || envoy.get("/pets", &[("authorization", "ok")]);
    // The function may take longer to start than Envoy waits.
    let begun = Instant::now();
    while !ask().starts_with("HTTP/1.1 200 ") {
        assert!(begun.elapsed() < DEADLINE);
    }
    signal(&server, "-STOP");
    let answer = ask();
    signal(&server, "-CONT");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

fn signal(server: &Server, signal: &str) {
    let id = server.id().to_string();
    Command::new("kill").args([signal, &id]).status().unwrap();
}
