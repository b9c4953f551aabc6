//! Which layers and clones in one cache share results, and that forgetting one key does not affect others.

use tower_lambda_authorizer::{
    AmbiguousHosts, AmbiguousPaths, AnonymousRequests, Api, ClientIp, ExpressionMatch,
    PayloadFormatVersion, ResourceMatch,
};

use super::*;

type Guarded = LambdaAuthorizerLayer<Doorman>;

fn token(door: &Door) -> Guarded {
    door.layer.clone()
}

fn http_api(door: &Door) -> Guarded {
    LambdaAuthorizerLayer::http_api(door.doorman.clone())
        .result_ttl(300 * SECOND)
        .unwrap()
        .clock(door.clock.clock())
}

/// Whether the clone finds the layer's result. Also checks that the layer still finds its own.
async fn finds_it(door: &Door, layer: Guarded, clone: Guarded) -> bool {
    async fn ask(layer: &Guarded) {
        let service = layer.layer(service_fn(inside));
        let request = Request::get("/").header("authorization", "a");
        let request = request.header("x", "a").body(()).unwrap();
        let answer = Answer::of(&service.oneshot(request).await.unwrap());
        assert_eq!(answer.status, 200, "{}", answer.why);
    }
    ask(&layer).await;
    let before = door.calls();
    ask(&clone).await;
    let found = door.calls() == before;
    ask(&layer).await;
    ask(&clone).await;
    assert!(door.calls() <= before + 1, "each has kept its own");
    found
}

/// These settings affect what the authorizer receives, or whether its response is accepted.
#[tokio::test]
async fn a_clone_with_other_settings_that_affect_answers_has_its_own_results() {
    let door = Door::new(Mood::Allows);
    let api = || Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
    let with_variable = move |value| api().with_stage_variable("tenant", value).unwrap();
    let cache = ResultCache::new();
    let base = token(&door).api(with_variable("one")).cache(cache.clone());
    type Change = (&'static str, Box<dyn Fn(Guarded) -> Guarded>);
    let change = |name, change: Box<dyn Fn(Guarded) -> Guarded>| -> Change { (name, change) };
    let stale = cache.clone().serve_stale_on_failure(SECOND);
    let refreshing = cache.clone().serve_stale_while_refreshing(SECOND);
    let unauthorized = cache.clone().unauthorized_ttl(SECOND);
    let changes = [
        change(
            "variable",
            Box::new(move |layer| layer.api(with_variable("two"))),
        ),
        change("no variable", Box::new(move |layer| layer.api(api()))),
        change(
            "timeout",
            Box::new(|layer| layer.authorizer_timeout(SECOND).unwrap()),
        ),
        change(
            "no timeout",
            Box::new(LambdaAuthorizerLayer::no_authorizer_timeout),
        ),
        change(
            "time to live",
            Box::new(|layer| layer.result_ttl(SECOND).unwrap()),
        ),
        change(
            "expression",
            Box::new(|layer| layer.identity_validation_expression("a+").unwrap()),
        ),
        change(
            "extent",
            Box::new(|layer| {
                let extent = ExpressionMatch::Anywhere;
                layer
                    .identity_validation_expression_matching("a+", extent)
                    .unwrap()
            }),
        ),
        change(
            "sources",
            Box::new(|layer| layer.identity_sources("method.request.header.x").unwrap()),
        ),
        change(
            "proxies",
            Box::new(|layer| layer.client_ip(ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap())),
        ),
        change(
            "address",
            Box::new(|layer| layer.client_ip(ClientIp::from_fn(|_| None))),
        ),
        change("transport", Box::new(|layer| layer.secure_transport(true))),
        change(
            "resources",
            Box::new(|layer| layer.resource_resolver(|_| ResourceMatch::new())),
        ),
        change(
            "clock",
            Box::new(|layer| layer.clock(ManualClock::new(SystemTime::UNIX_EPOCH).clock())),
        ),
        change(
            "paths",
            Box::new(|layer| layer.ambiguous_paths(AmbiguousPaths::AsReceived)),
        ),
        change(
            "case",
            Box::new(|layer| layer.ambiguous_paths(AmbiguousPaths::IgnoreCase)),
        ),
        change(
            "ARN",
            Box::new(|layer| layer.method_arn_limit(1000).unwrap()),
        ),
        change(
            "hosts",
            Box::new(|layer| layer.ambiguous_hosts(AmbiguousHosts::AsReceived)),
        ),
        change(
            "anonymous",
            Box::new(|layer| layer.anonymous_requests(AnonymousRequests::Ask).unwrap()),
        ),
        change("stale", Box::new(move |layer| layer.cache(stale.clone()))),
        change(
            "refreshing",
            Box::new(move |layer| layer.cache(refreshing.clone())),
        ),
        change(
            "unauthorized",
            Box::new(move |layer| layer.cache(unauthorized.clone())),
        ),
    ];
    for (name, change) in &changes {
        assert!(
            !finds_it(&door, base.clone(), change(base.clone())).await,
            "{name}"
        );
        base.results().clear().await.unwrap();
        // Functions cannot be compared, so two of them are always different.
        if !["address", "resources", "clock"].contains(name) {
            let (one, same) = (change(base.clone()), change(base.clone()));
            one.results().clear().await.unwrap();
            assert!(finds_it(&door, one, same).await, "{name}, twice");
        }
    }
    let http = http_api(&door).cache(cache);
    let older = http
        .clone()
        .payload_format_version(PayloadFormatVersion::V1)
        .unwrap();
    assert!(!finds_it(&door, http, older).await);
}

#[tokio::test]
async fn a_clone_with_other_settings_that_do_not_affect_answers_finds_the_layers_results() {
    let door = Door::new(Mood::Allows);
    let clone = token(&door)
        .gateway_responses(Default::default())
        .authorizer_concurrency_limit(3)
        .unwrap()
        .exempt_preflights();
    assert!(finds_it(&door, token(&door), clone).await);
}

/// An application cannot choose the name that the crate gives a layer without a name.
#[cfg(feature = "shared-cache")]
#[tokio::test]
async fn a_chosen_name_never_equals_that_of_an_unnamed_layer() {
    use tower_lambda_authorizer::{
        caching::SharedTierError,
        shared_cache::{SharedCache, SharedTier},
    };

    /// A store that is always empty.
    struct Nothing;

    impl SharedTier for Nothing {
        async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
            Ok(None)
        }

        async fn put(&self, _: &str, _: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
            Ok(())
        }

        async fn remove(&self, _: &str) -> Result<(), SharedTierError> {
            Ok(())
        }

        async fn clear(&self, _: &str) -> Result<(), SharedTierError> {
            Ok(())
        }
    }

    let cache = ResultCache::new();
    let unnamed: Vec<_> = (0..50)
        .map(|_| Door::new(Mood::Allows).with_cache(cache.clone()))
        .collect();
    for door in &unnamed {
        assert_eq!(door.status("a", "/").await, 200);
    }
    let shared = SharedCache::new(Nothing, [7; 32]).unwrap();
    for number in 0..100 {
        for name in ["layer ", "unnamed ", "", "given", "0"].map(|name| format!("{name}{number}")) {
            let mut door = Door::new(Mood::Denies);
            door.layer = door.layer.clock(unnamed[0].clock.clock());
            door.layer = door
                .layer
                .cache(cache.clone())
                .shared_cache(shared.clone(), &name);
            assert_eq!(door.status("a", "/").await, 403, "{name}");
        }
    }
    // The same name, but another store or another secret.
    let other = SharedCache::new(Nothing, [8; 32]).unwrap();
    let named = |shared: &SharedCache| {
        let layer = token(&unnamed[0]).cache(cache.clone());
        layer.shared_cache(shared.clone(), "pets")
    };
    assert!(!finds_it(&unnamed[0], named(&shared), named(&other)).await);
    assert!(finds_it(&unnamed[0], named(&shared), named(&shared)).await);
}

/// Forgetting one caller's result neither repeats calls for other callers, nor removes their results.
#[tokio::test]
async fn forgetting_a_key_does_not_disturb_calls_of_other_keys() {
    let door = Door::new(Mood::Thinks);
    let results = door.layer.results();
    let other = Door::new(Mood::Thinks).with_cache(ResultCache::new());
    let neighbour = other.layer.clone();
    let mut waiting: Vec<_> = (0..20)
        .map(|token| spawn(&door, &token.to_string()))
        .collect();
    for waiting in &mut waiting {
        assert_pending!(waiting.poll());
    }
    for round in 0..50 {
        results.invalidate(["stranger"]).await.unwrap();
        neighbour.results().clear().await.unwrap();
        let mut more = spawn(&door, &(round % 20).to_string());
        assert_pending!(more.poll());
        waiting.push(more);
    }
    assert_eq!(door.calls(), 20);
    door.mood.send_replace(Mood::Allows);
    for waiting in waiting {
        assert_eq!(waiting.await.status, 200);
    }
    for token in 0..20 {
        assert_eq!(door.status(&token.to_string(), "/").await, 200);
    }
    assert_eq!(door.calls(), 20, "all were kept");
}

/// Clearing one layer's results does not affect the calls of another layer with the same cache.
#[tokio::test]
async fn clearing_does_not_disturb_calls_of_another_layer() {
    let cache = ResultCache::new();
    let doors = [(); 2].map(|()| Door::new(Mood::Thinks).with_cache(cache.clone()));
    let mut waiting = doors.each_ref().map(|door| spawn(door, "a"));
    for waiting in &mut waiting {
        assert_pending!(waiting.poll());
    }
    doors[0].layer.results().clear().await.unwrap();
    for (door, waiting) in doors.iter().zip(waiting) {
        door.mood.send_replace(Mood::Allows);
        assert_eq!(waiting.await.status, 200);
        assert_eq!(door.status("a", "/").await, 200);
    }
    assert_eq!(doors.map(|door| door.calls()), [2, 1]);
}
