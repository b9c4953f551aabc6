//! The metrics of caches, while a layer and its cache are replaced.

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use metrics::with_local_recorder;
use serde_json::json;
use tower::{Service, util::ServiceFn};
use tower_lambda_authorizer::{BoxAuthorizer, caching::CacheStatistics, openapi::ApiDefinition};

use super::*;

type Guard = LambdaAuthorizerLayer<BoxAuthorizer>;
type Inner = fn(Request<Body>) -> Ready<Result<Response<Body>, Infallible>>;

/// A layer with a cache of its own.
fn layer() -> Guard {
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(as_told(&Asked::default())))
}

async fn send_to<L>(layer: &L, requests: usize)
where
    L: Layer<ServiceFn<Inner>, Service: Service<Request<Body>, Error = Infallible>>,
{
    let inner: Inner = |_| ready(Ok(Response::default()));
    for _ in 0..requests {
        let service = layer.layer(service_fn(inner));
        let Ok(_) = service.oneshot(get("/", "allow")).await;
    }
}

/// The hits, misses and entries that Prometheus has after these statistics.
struct Scraped(PrometheusRecorder, Metrics);

impl Scraped {
    fn new() -> Self {
        Self(prometheus(), Metrics::new())
    }

    fn after(&self, statistics: &CacheStatistics) -> [f64; 3] {
        let Self(prometheus, metrics) = self;
        with_local_recorder(prometheus, || {
            metrics.record_cache("pets", statistics);
        });
        let text = text(prometheus);
        let value = |name: &str| {
            let sample = format!("lambda_authorizer_cache_{name}{{cache=\"pets\"}} ");
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(&sample));
            value.unwrap().parse().unwrap()
        };
        ["hits_total", "misses_total", "entries"].map(value)
    }
}

#[tokio::test]
async fn a_handle_adds_up_what_happened_to_all_its_layers() {
    let scraped = Scraped::new();
    let (reloadable, handle) = layer().reloadable();
    send_to(&reloadable, 5).await;
    // Nothing was scraped before.
    handle.replace(layer());
    assert_eq!(scraped.after(&handle.statistics()), [4.0, 1.0, 0.0]);
    send_to(&reloadable, 2).await;
    assert_eq!(scraped.after(&handle.statistics()), [5.0, 2.0, 1.0]);
    let other = |_| Ok::<_, Infallible>(layer());
    handle.modify(other).unwrap();
    send_to(&reloadable, 9).await;
    assert_eq!(scraped.after(&handle.statistics()), [13.0, 3.0, 1.0]);
}

#[tokio::test]
async fn a_handle_counts_a_cache_once_that_returns() {
    let (reloadable, handle) = layer().reloadable();
    let first = handle.current();
    send_to(&reloadable, 5).await;
    handle.replace(layer());
    send_to(&reloadable, 2).await;
    handle.replace(first);
    send_to(&reloadable, 1).await;
    let statistics = handle.statistics();
    assert_eq!((statistics.hits, statistics.misses), (6, 2));
    // The same cache with other settings.
    let minute = |layer: Guard| layer.result_ttl(60 * SECOND);
    handle.modify(minute).unwrap();
    send_to(&reloadable, 1).await;
    let statistics = handle.statistics();
    assert_eq!((statistics.hits, statistics.misses), (6, 3));
}

#[tokio::test]
async fn a_handle_counts_requests_that_end_with_earlier_settings() {
    let (_reloadable, handle) = layer().reloadable();
    let first = handle.current();
    handle.replace(layer());
    send_to(&first, 3).await;
    let statistics = handle.statistics();
    assert_eq!(
        (statistics.hits, statistics.misses, statistics.entries),
        (2, 1, 0)
    );
}

#[tokio::test]
async fn a_handle_of_an_api_counts_each_authorizer() {
    let api = |authorizer: &str| {
        let security = json!([{ authorizer: [] }]);
        let scheme = json!({
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:aws:apigateway:x"},
        });
        let document = json!({
            "openapi": "3.0.1",
            "paths": {"/": {"get": {"security": security}}},
            "components": {"securitySchemes": { authorizer: scheme }},
        });
        let definition = ApiDefinition::from_openapi(&document.to_string()).unwrap();
        let definition = definition.authorizer(authorizer, as_told(&Asked::default()));
        definition.unwrap().into_layer().unwrap()
    };
    let (reloadable, handle) = api("keepers").reloadable();
    send_to(&reloadable, 3).await;
    handle.replace(api("keepers"));
    send_to(&reloadable, 2).await;
    let statistics = handle.statistics("keepers").unwrap();
    assert_eq!((statistics.hits, statistics.misses), (3, 2));
    assert_eq!(handle.statistics("visitors"), None);
    handle.replace(api("visitors"));
    assert_eq!(handle.statistics("keepers"), None);
    assert_eq!(handle.statistics("visitors").unwrap().misses, 0);
    handle.replace(api("keepers"));
    assert_eq!(handle.statistics("keepers").unwrap().hits, 3);
}

#[tokio::test]
async fn counters_go_on_with_another_cache() {
    let scraped = Scraped::new();
    let (first, second) = (layer(), layer());
    send_to(&first, 5).await;
    assert_eq!(
        scraped.after(&first.results().statistics()),
        [4.0, 1.0, 1.0]
    );
    send_to(&second, 3).await;
    assert_eq!(
        scraped.after(&second.results().statistics()),
        [6.0, 2.0, 1.0]
    );
    // The same again, and the first one again.
    assert_eq!(
        scraped.after(&second.results().statistics()),
        [6.0, 2.0, 1.0]
    );
    send_to(&first, 1).await;
    assert_eq!(
        scraped.after(&first.results().statistics()),
        [7.0, 2.0, 1.0]
    );
}

/// A cache that has counted more than the one before it is another one, too.
#[tokio::test]
async fn a_busier_cache_is_not_taken_for_the_one_before_it() {
    let scraped = Scraped::new();
    let (first, second) = (layer(), layer());
    send_to(&first, 2).await;
    scraped.after(&first.results().statistics());
    send_to(&second, 5).await;
    assert_eq!(
        scraped.after(&second.results().statistics()),
        [5.0, 2.0, 1.0]
    );
}

/// Statistics that were taken earlier and arrive later change no counter.
#[tokio::test]
async fn counters_do_not_fall() {
    let scraped = Scraped::new();
    let layer = layer();
    send_to(&layer, 3).await;
    let earlier = layer.results().statistics();
    send_to(&layer, 3).await;
    assert_eq!(
        scraped.after(&layer.results().statistics()),
        [5.0, 1.0, 1.0]
    );
    assert_eq!(scraped.after(&earlier), [5.0, 1.0, 1.0]);
    send_to(&layer, 1).await;
    assert_eq!(
        scraped.after(&layer.results().statistics()),
        [6.0, 1.0, 1.0]
    );
}
