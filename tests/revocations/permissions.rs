//! A user of the server who may do only what the documentation says.

use std::{
    fs,
    time::{Duration, Instant},
};

use http::Request;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn,
    caching::AuthorizerResults,
    shared_cache::{RedisTier, SharedCache},
};

use crate::empty_service::empty;
use crate::{redis_cluster, redis_server::RedisServer};

const PASSWORD: &str = "for-the-test";
const DEADLINE: Duration = Duration::from_secs(120);

/// Without these, an operation returns an error.
const REPORTED: [&str; 3] = ["unlink", "scan", "xadd"];

pub(crate) fn permissions() {
    for program in ["redis-server", "valkey-server"] {
        if let Some(server) = RedisServer::start(program, &[]) {
            all_are_needed(&server);
        }
    }
    if let Some(nodes) = redis_cluster::start() {
        // The documentation has these, too.
        let command = documented().join(" ") + " +cluster|slots +ping +readonly";
        for node in &nodes {
            assert_eq!(node.say(&command).unwrap(), "+OK\r\n+OK\r\n");
        }
        let urls: Vec<_> = nodes.iter().map(url).collect();
        let denied = || nodes.iter().flat_map(denied).collect();
        assert_eq!(use_everything(&urls.join(","), denied, None), [""; 0]);
        assert_eq!(denied(), [""; 0]);
    }
}

/// The server denies nothing to the documented user, and something as soon as any of the permissions is missing.
fn all_are_needed(server: &RedisServer) {
    let command = documented();
    assert_eq!(server.say(&command.join(" ")).unwrap(), "+OK\r\n+OK\r\n");
    let denied = || denied(server);
    assert_eq!(use_everything(&url(server), denied, None), [""; 0]);
    assert_eq!(denied(), [""; 0]);
    let names = server.say("KEYS lambda-authorizer:3:log:*").unwrap();
    let log = names.lines().nth(2).unwrap();
    for missing in command.iter().filter_map(|word| word.strip_prefix('+')) {
        // An entry that is old enough to be removed.
        let prepare = format!(
            "{}\r\nACL SETUSER {} -{missing}\r\nACL LOG RESET\r\nFLUSHALL\r\nXADD {log} 1-1 m old",
            command.join(" "),
            command[2]
        );
        server.say(&prepare).unwrap();
        let errors = use_everything(&url(server), denied, Some(missing));
        let names_it = |error: &String| {
            error.contains(&format!("'{missing}'")) && error.contains("`RedisTier`")
        };
        assert!(errors.iter().all(names_it), "{missing}: {errors:?}");
        assert_eq!(
            !errors.is_empty(),
            REPORTED.contains(&missing),
            "{missing}: {errors:?}"
        );
        assert!(
            denied().iter().all(|denied| denied == missing),
            "{:?}",
            denied()
        );
    }
}

/// The command in the documentation that creates the user.
fn documented() -> Vec<String> {
    let documentation = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/caching.md");
    let text = fs::read_to_string(documentation).unwrap();
    let command = &text[text.find("ACL SETUSER").unwrap()..];
    let words = command[..command.find("```").unwrap()].split_whitespace();
    words
        .map(|word| word.replace("PASSWORD", PASSWORD))
        .collect()
}

fn url(server: &RedisServer) -> String {
    format!(
        "redis://{}:{PASSWORD}@127.0.0.1:{}",
        documented()[2],
        server.port
    )
}

/// The commands that the server has denied.
fn denied(server: &RedisServer) -> Vec<String> {
    let log = server.say("ACL LOG").unwrap();
    let lines: Vec<_> = log.lines().collect();
    let objects = lines.windows(3).filter(|lines| lines[0] == "object");
    objects.map(|lines| lines[2].to_owned()).collect()
}

/// Does everything that needs the server. Returns the errors. All requests are answered, whatever the server denies. Fails if a
/// permission is missing, but the server denies nothing.
fn use_everything(
    url: &str,
    denied: impl Fn() -> Vec<String>,
    missing: Option<&str>,
) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let plain = layer(url, false);
        let mut errors = Vec::new();
        answers(&plain).await;
        let results = plain.results();
        errors.extend(results.invalidate(["token"]).await.err());
        errors.extend(results.clear().await.err());

        let [one, other] = [layer(url, true), layer(url, true)];
        answers(&one).await;
        answers(&other).await;
        // Until it follows the log, or may not.
        let deadline = Instant::now() + DEADLINE;
        while !is_hit(&other).await && denied().is_empty() {
            assert!(Instant::now() < deadline, "there are no hits");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        errors.extend(revoke(&one.results()).await);
        // Until it has read that, or may not.
        while is_hit(&other).await && denied().is_empty() {
            assert!(Instant::now() < deadline, "it still uses what was revoked");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The log is read in the background.
        while let (Some(missing), true) = (missing, denied().is_empty()) {
            assert!(Instant::now() < deadline, "`{missing}` is not needed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        errors.iter().map(ToString::to_string).collect()
    })
}

async fn revoke(
    results: &AuthorizerResults,
) -> Vec<tower_lambda_authorizer::caching::InvalidationError> {
    let identity = results.invalidate(["token"]).await;
    let principal = results.invalidate_principal("user").await;
    let tag = results.invalidate_tag("tenant").await;
    let all = results.clear().await;
    [identity, principal, tag, all]
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

type AnyLayer = LambdaAuthorizerLayer<BoxAuthorizer>;

fn layer(url: &str, with_revocations: bool) -> AnyLayer {
    let tier = if url.contains(',') {
        RedisTier::cluster(url.split(','))
    } else {
        RedisTier::connect(url)
    };
    let shared = if with_revocations {
        SharedCache::with_revocations(tier.unwrap(), [7; 32])
    } else {
        SharedCache::new(tier.unwrap(), [7; 32])
    };
    // Long enough for the first look-up to wait for the connection.
    let shared = shared.unwrap().timeout(Duration::from_secs(5)).unwrap();
    let allows = authorizer_fn(|_| async {
        Ok(AuthorizerResponse::allow("*")
            .with_principal_id("user")
            .with_tag("tenant"))
    });
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(allows)).shared_cache(shared, "permissions")
}

async fn answers(layer: &AnyLayer) {
    let service = layer.layer(service_fn(empty::<()>));
    let request = Request::get("/").header("authorization", "token");
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
}

async fn is_hit(layer: &AnyLayer) -> bool {
    let hits = || layer.results().statistics().hits;
    let before = hits();
    answers(layer).await;
    hits() > before
}
