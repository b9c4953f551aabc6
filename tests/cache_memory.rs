//! How much memory the cache uses. The test starts a process for each measurement, and reads its resident memory.
#![allow(clippy::unwrap_used)]

use std::{
    convert::Infallible,
    env, fs,
    process::{Command, ExitCode},
    sync::Arc,
    time::Duration,
};

use http::{Request, Response};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
    policy::{Effect, PolicyDocument, Statement},
};

const MIB: usize = 1024 * 1024;

/// Selects the measurement in a child process.
const SCENE: &str = "CACHE_MEMORY_SCENE";

/// Makes glibc return freed blocks of 4 KiB or more to the system, and use one heap for all threads. Otherwise a block
/// that another thread frees stays in the heap of the first one.
const OWN_PAGES: &str =
    "glibc.malloc.mmap_threshold=4096:glibc.malloc.mmap_max=1000000:glibc.malloc.arena_max=1";

/// A flood of distinct tokens.
struct Scene {
    name: &'static str,
    tokens: usize,
    max_bytes: usize,
    /// The number of statements of each policy.
    statements: usize,
    threads: usize,
}

const SCENES: [Scene; 4] = [
    Scene {
        name: "a flood of tokens",
        // The cache holds 9,000 of them. Run all of them in optimised builds, as `.ci/run nightly` does.
        tokens: if cfg!(debug_assertions) {
            40_000
        } else {
            1_000_000
        },
        max_bytes: 16 * MIB,
        statements: 1,
        threads: 1,
    },
    Scene {
        name: "all kept",
        tokens: 30_000,
        max_bytes: 256 * MIB,
        statements: 1,
        threads: 1,
    },
    Scene {
        name: "policies of 100 statements",
        tokens: 3_000,
        max_bytes: 32 * MIB,
        statements: 100,
        threads: 4,
    },
    Scene {
        name: "policies of 2000 statements",
        tokens: 120,
        max_bytes: 64 * MIB,
        statements: 2_000,
        threads: 2,
    },
];

fn main() -> ExitCode {
    if let Ok(name) = env::var(SCENE) {
        let scene = SCENES.iter().find(|scene| scene.name == name);
        play(scene.unwrap());
        return ExitCode::SUCCESS;
    }
    if resident().is_none() {
        println!("SKIPPED: no /proc/self/status, so resident memory cannot be read");
        return ExitCode::SUCCESS;
    }
    let own = env::current_exe().unwrap();
    // Run them one after the other. A reader that waits for a processor would delay freeing.
    let failed = SCENES.iter().filter(|scene| {
        let mut command = Command::new(&own);
        command.env(SCENE, scene.name);
        if scene.statements > 1 {
            // glibc cannot reuse gaps in its heap between blocks of such sizes, so memory says little about the cache.
            command.env("GLIBC_TUNABLES", OWN_PAGES);
        }
        !command.status().unwrap().success()
    });
    let failed: Vec<_> = failed.map(|scene| scene.name).collect();
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("FAILED: {failed:?}");
    ExitCode::FAILURE
}

/// Fails if memory grows by more than the limit and a fifth of it.
fn play(scene: &Scene) {
    // Do not measure memory that is used only once: the runtime's threads, the layer and the first request.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(scene.threads)
        .enable_time()
        .build()
        .unwrap();
    let layer = layer(scene.statements, scene.max_bytes);
    let warmed_up = layer.clone().cache(ResultCache::with_max_bytes(0));
    flood(&runtime, &warmed_up, 100, scene.threads);
    let before = resident().unwrap();
    flood(&runtime, &layer, scene.tokens, scene.threads);
    let grown = (peak().unwrap() - before) * 1024;
    let statistics = layer.results().statistics();
    println!(
        "{}: limit {} KiB, counted {} KiB, resident {} KiB more, {} evicted",
        scene.name,
        scene.max_bytes / 1024,
        statistics.bytes / 1024,
        grown / 1024,
        statistics.evictions
    );
    assert_eq!(statistics.misses, scene.tokens as u64);
    assert!(statistics.bytes <= scene.max_bytes);
    let counted = match statistics.evictions {
        0 => statistics.bytes,
        _ => scene.max_bytes,
    };
    assert!(
        grown <= counted + counted / 5,
        "{}: {grown} bytes for {counted}",
        scene.name
    );
    // The cache must also use most of its limit.
    assert!(statistics.bytes >= counted / 2);
    assert!(
        grown >= counted / 3,
        "{}: {grown} for {counted}",
        scene.name
    );
}

fn layer(
    statements: usize,
    max_bytes: usize,
) -> LambdaAuthorizerLayer<impl tower_lambda_authorizer::Authorizer> {
    let authorizer = authorizer_fn(move |request| async move {
        let token = request.token().unwrap_or_default().to_owned();
        let response = AuthorizerResponse::policy(policy(statements, &token));
        Ok(response
            .with_principal_id(format!("user-{token}"))
            .with_context("tenant", "an organisation's name")
            .with_context("scopes", "pets:read pets:write orders:read orders:write")
            .with_context("level", 3))
    });
    LambdaAuthorizerLayer::token(authorizer)
        .result_ttl(Duration::from_secs(3600))
        .unwrap()
        .cache(ResultCache::with_max_bytes(max_bytes))
}

fn policy(statements: usize, token: &str) -> PolicyDocument {
    let api = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";
    let mut all = vec![Statement::invoke(
        Effect::Allow,
        ["arn:aws:execute-api:*:*:*/*/GET/pets"],
    )];
    all.extend((1..statements).map(|n| {
        let resource = format!("{api}/*/organisations/{n}/members/{token}/*");
        Statement::invoke(Effect::Allow, [resource]).with_sid(format!("Statement{n}"))
    }));
    PolicyDocument::new(all)
}

fn flood<A: tower_lambda_authorizer::Authorizer>(
    runtime: &tokio::runtime::Runtime,
    layer: &LambdaAuthorizerLayer<A>,
    tokens: usize,
    threads: usize,
) {
    let layer = Arc::new(layer.clone());
    let tasks = (0..threads).map(|thread| {
        let layer = Arc::clone(&layer);
        runtime.spawn(async move {
            let inside =
                |_: Request<()>| async { Ok::<_, Infallible>(Response::new(String::new())) };
            let mut service = layer.layer(service_fn(inside));
            for token in (thread..tokens).step_by(threads) {
                let request = Request::get("/pets").header("authorization", format!("{token:032}"));
                let ready = service.ready().await.unwrap();
                let response = ready.call(request.body(()).unwrap()).await.unwrap();
                assert_eq!(response.status(), 200);
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

/// The resident memory in KiB.
fn resident() -> Option<usize> {
    status("VmRSS:")
}

/// The maximum of resident memory in KiB.
fn peak() -> Option<usize> {
    status("VmHWM:")
}

fn status(name: &str) -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
