//! Principals and tags of any text.

use super::*;

/// The authorizer returns what the token describes.
fn process(world: &World, name: &str) -> Process {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        count.fetch_add(1, Ordering::SeqCst);
        let response = AuthorizerResponse::allow("*");
        let response = match request.token().unwrap().split_once('=') {
            Some(("p", number)) => {
                response.with_principal_id(ODD[number.parse::<usize>().unwrap()])
            }
            Some((_, number)) => response.with_tag(ODD[number.parse::<usize>().unwrap()]),
            None => response,
        };
        async { Ok(response) }
    });
    let shared = SharedCache::with_revocations(world.tier(), SECRET).unwrap();
    let shared = shared.timeout(20 * BOUND).unwrap();
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
    let layer = layer.shared_cache(shared, name);
    Process { layer, calls }
}

/// The first three look alike to somebody who joins texts without their lengths.
const ODD: [&str; 8] = [
    "",
    "a",
    "tag",
    "a\0b",
    "\r\n*3\r\n",
    "é\u{202e}",
    "tenant:*",
    "x y",
];

/// Each revokes exactly its own results, in another process, too.
#[tokio::test(flavor = "multi_thread")]
async fn each_principal_and_each_tag_is_revoked_exactly() {
    let Some(world) = World::start() else { return };
    let (one, other) = (process(&world, "pets"), process(&world, "pets"));
    let stranger = process(&world, "orders");
    let tokens: Vec<_> = (0..ODD.len())
        .flat_map(|number| [format!("p={number}"), format!("t={number}")])
        .collect();
    for each in [&one, &other, &stranger] {
        each.warm("p=0").await;
        for token in &tokens {
            each.status(token).await;
        }
    }
    for token in &tokens {
        // On a busy machine, the log may be read too late to vouch for the other results. Then there are more calls.
        let mut attempts = 0;
        while !is_revoked_alone(token, [&one, &other, &stranger], &tokens).await {
            attempts += 1;
            assert!(attempts < 10, "{token} only");
        }
    }
}

/// Whether the revocation of a token's principal or tag made the other process call once, and the stranger never.
async fn is_revoked_alone(token: &str, processes: [&Process; 3], tokens: &[String]) -> bool {
    let [one, other, stranger] = processes;
    let (kind, number) = token.split_once('=').unwrap();
    let value = ODD[number.parse::<usize>().unwrap()];
    let (calls, strangers) = (other.calls(), stranger.calls());
    let results = one.results();
    revoked(async || match kind {
        "p" => results.invalidate_principal(value).await,
        _ => results.invalidate_tag(value).await,
    })
    .await;
    let begun = Instant::now();
    while other.calls() == calls {
        assert!(begun.elapsed() < DEADLINE, "{token}");
        other.status(token).await;
    }
    for token in tokens {
        other.status(token).await;
        stranger.status(token).await;
    }
    (other.calls(), stranger.calls()) == (calls + 1, strangers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_tag_takes_no_more_room_than_a_short_one() {
    let Some(world) = World::start() else { return };
    let process = world.process();
    process.warm("bob.b.1").await;
    let long = "x".repeat(10_000_000);
    revoked(async || process.results().invalidate_tag(&long).await).await;
    let log = world.log();
    let id = world.ids(&log).pop().unwrap();
    assert!(world.message(&log, &id).len() < 200);
}
