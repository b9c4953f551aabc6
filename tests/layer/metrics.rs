//! What Prometheus scrapes after known requests. A strict parser reads it.

mod dashboard;
#[cfg(feature = "reload")]
mod replaced_caches;

use std::{
    collections::BTreeMap,
    future::pending,
    iter::repeat_with,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    set_default_local_recorder,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};
use openmetrics_parser::{PrometheusValue, prometheus::parse_prometheus};
use tokio_test::{assert_pending, task};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
    ManualClock, authorizer_fn, caching::ResultCache, observing::Metrics,
};

use crate::support::{Asked, as_told, get};

type Body = Full<Bytes>;

const SECOND: Duration = Duration::from_secs(1);

fn prometheus() -> PrometheusRecorder {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), &[0.5, 5.0])
        .unwrap()
        .build_recorder()
}

/// Every sample, as `name label=value …` without the prefix; labels are in the order of their names. A histogram is its number of observations and their sum.
fn scrape(prometheus: &PrometheusRecorder) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    for (name, family) in parse_prometheus(&text(prometheus)).unwrap().families {
        let name = name.strip_prefix("lambda_authorizer_").unwrap();
        assert!(!family.help.is_empty(), "{name} is not described");
        for sample in family.iter_samples() {
            let labels = sample.get_labelset().unwrap();
            let labels: Vec<_> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let mut add = |suffix: &str, value: f64| {
                let key = format!("{name}{suffix} {}", labels.join(" "));
                assert!(samples.insert(key.trim().to_owned(), value).is_none());
            };
            match &sample.value {
                PrometheusValue::Counter(counter) => add("", counter.value.as_f64()),
                PrometheusValue::Gauge(gauge) => add("", gauge.as_f64()),
                PrometheusValue::Histogram(histogram) => {
                    let count = histogram.count.unwrap();
                    let last = histogram.buckets.last().unwrap();
                    assert_eq!(last.count.as_i64(), i64::try_from(count).ok());
                    add("_count", last.count.as_f64());
                    add("_sum", histogram.sum.unwrap().as_f64());
                }
                other => panic!("{name} is {other:?}"),
            }
        }
    }
    samples
}

fn text(prometheus: &PrometheusRecorder) -> String {
    prometheus.handle().render()
}

fn of(samples: &BTreeMap<String, f64>, family: &str) -> Vec<(String, f64)> {
    let family = format!("{family} ");
    let of_family = |(name, value): (&String, &f64)| {
        let labels = name.strip_prefix(&family)?;
        Some((labels.to_owned(), *value))
    };
    samples.iter().filter_map(of_family).collect()
}

async fn send<A: Authorizer>(
    layer: &LambdaAuthorizerLayer<A>,
    request: Request<Body>,
) -> StatusCode {
    let inner =
        service_fn(|_| async { Ok::<_, std::convert::Infallible>(Response::<Body>::default()) });
    let response = layer.layer(inner).oneshot(request).await;
    response.unwrap().status()
}

fn labels<const N: usize>(samples: [(&str, u32); N]) -> Vec<(String, f64)> {
    let owned = samples.map(|(labels, value)| (labels.to_owned(), f64::from(value)));
    owned.into()
}

#[tokio::test]
async fn every_decision_and_every_call_is_counted() {
    let prometheus = prometheus();
    let _installed = set_default_local_recorder(&prometheus);
    let metrics = Metrics::new();
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH + 1_000_000 * SECOND);
    let (told, late) = (as_told(&Asked::default()), clock.clone());
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        late.advance(SECOND);
        let told = told.clone();
        async move { told.authorize(request).await }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .authorizer_name("pets")
        .clock(clock.clock())
        .observe(metrics.clone());

    assert_eq!(send(&layer, get("/", "allow")).await, 200); // missed
    assert_eq!(send(&layer, get("/", "allow")).await, 200); // hit
    assert_eq!(send(&layer, get("/", "allow")).await, 200); // hit
    assert_eq!(send(&layer, get("/", "deny")).await, 403);
    assert_eq!(send(&layer, get("/", "deny")).await, 403); // hit
    assert_eq!(send(&layer, Request::default()).await, 401); // not asked
    assert_eq!(send(&layer, get("/", "unauthorized")).await, 401);
    assert_eq!(send(&layer, get("/", "fail")).await, 500);
    assert_eq!(send(&layer, get("/", "malformed")).await, 500);
    assert_eq!(send(&layer, get("/", "panic")).await, 500);
    clock.advance(300 * SECOND);
    assert_eq!(send(&layer, get("/", "deny")).await, 403); // missed again: its time to live is over
    metrics.record_cache("memory", &layer.results().statistics());

    let samples = scrape(&prometheus);
    let authorizer = "authorizer=pets";
    let decided = |outcome: &str, response_type: &str, reason: &str, source: &str, count: u32| {
        let labels = format!(
            "{authorizer} outcome={outcome} reason={reason} response_type={response_type} source={source}"
        );
        (labels, f64::from(count))
    };
    let broken = "AUTHORIZER_CONFIGURATION_ERROR";
    assert_eq!(
        of(&samples, "decisions_total"),
        [
            decided("allowed", "", "", "hit", 2),
            decided("allowed", "", "", "missed", 1),
            decided("refused", broken, "authorizer_failed", "missed", 1),
            decided("refused", broken, "authorizer_panicked", "missed", 1),
            decided(
                "refused",
                "UNAUTHORIZED",
                "authorizer_said_unauthorized",
                "missed",
                1
            ),
            decided("refused", "ACCESS_DENIED", "explicit_deny", "hit", 1),
            decided("refused", "ACCESS_DENIED", "explicit_deny", "missed", 2),
            decided(
                "refused",
                "UNAUTHORIZED",
                "identity_source_missing",
                "not_asked",
                1
            ),
            decided("refused", broken, "malformed_response", "missed", 1),
        ]
    );
    assert_eq!(
        of(&samples, "authorizer_calls_total"),
        labels([
            ("authorizer=pets outcome=answered", 3),
            ("authorizer=pets outcome=failed", 1),
            ("authorizer=pets outcome=malformed", 1),
            ("authorizer=pets outcome=panicked", 1),
            ("authorizer=pets outcome=unauthorized", 1),
        ])
    );
    assert_eq!(
        of(&samples, "authorizer_call_duration_seconds_count"),
        labels([(authorizer, 7)])
    );
    assert_eq!(
        of(&samples, "authorizer_call_duration_seconds_sum"),
        labels([(authorizer, 7)])
    );
    assert_eq!(samples.get("authorizer_calls_in_progress"), Some(&0.0));
    for (family, count) in [
        ("cache_hits_total", 3),
        ("cache_misses_total", 7),
        ("cache_stale_hits_total", 0),
        ("cache_joined_total", 0),
        ("cache_shared_hits_total", 0),
        ("cache_shared_errors_total", 0),
        ("cache_evictions_total", 0),
    ] {
        assert_eq!(
            of(&samples, family),
            labels([("cache=memory", count)]),
            "{family}"
        );
    }
    // Those of `allow` and `deny`. The first has expired, but nothing has taken its place.
    assert_eq!(of(&samples, "cache_entries"), labels([("cache=memory", 2)]));
    let [(_, bytes)] = of(&samples, "cache_bytes").try_into().unwrap();
    assert!(bytes > 0.0);
}

#[tokio::test]
async fn a_stale_result_is_counted_as_such() {
    let prometheus = prometheus();
    let _installed = set_default_local_recorder(&prometheus);
    let metrics = Metrics::new();
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH + 1_000_000 * SECOND);
    let asked = Asked::default();
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        asked.note(&request);
        let is_first = asked.count() == 1;
        async move {
            if !is_first {
                pending::<()>().await;
            }
            Ok(AuthorizerResponse::allow("*"))
        }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer)
        .clock(clock.clock())
        .cache(ResultCache::new().serve_stale_while_refreshing(60 * SECOND))
        .observe(metrics.clone());
    assert_eq!(send(&layer, get("/", "token")).await, 200);
    clock.advance(300 * SECOND);
    let mut refreshing = task::spawn(send(&layer, get("/", "token")));
    assert_pending!(refreshing.poll());
    assert_eq!(send(&layer, get("/", "token")).await, 200);
    metrics.record_cache("memory", &layer.results().statistics());

    let samples = scrape(&prometheus);
    assert_eq!(
        of(&samples, "decisions_total"),
        labels([
            (
                "authorizer= outcome=allowed reason= response_type= source=missed",
                1
            ),
            (
                "authorizer= outcome=allowed reason= response_type= source=stale_hit",
                1
            ),
        ])
    );
    assert_eq!(
        of(&samples, "cache_stale_hits_total"),
        labels([("cache=memory", 1)])
    );
}

#[tokio::test]
async fn a_call_is_in_progress_until_it_is_abandoned() {
    let prometheus = prometheus();
    let _installed = set_default_local_recorder(&prometheus);
    let layer = LambdaAuthorizerLayer::token(as_told(&Asked::default())).observe(Metrics::new());
    let mut waiting = task::spawn(send(&layer, get("/", "hang")));
    assert_pending!(waiting.poll());
    assert_eq!(
        scrape(&prometheus).get("authorizer_calls_in_progress"),
        Some(&1.0)
    );

    drop(waiting);
    let samples = scrape(&prometheus);
    assert_eq!(samples.get("authorizer_calls_in_progress"), Some(&0.0));
    assert_eq!(
        of(&samples, "authorizer_calls_total"),
        labels([("authorizer= outcome=abandoned", 1)])
    );
    let [(decision, _)] = of(&samples, "decisions_total").try_into().unwrap();
    assert!(
        decision.starts_with("authorizer= outcome=cancelled "),
        "{decision}"
    );
}

#[tokio::test]
async fn nothing_of_a_request_or_an_answer_becomes_a_label() {
    let prometheus = prometheus();
    let _installed = set_default_local_recorder(&prometheus);
    let secret: String = repeat_with(fastrand::alphabetic).take(24).collect();
    let answer = secret.clone();
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        let secret = answer.clone();
        async move {
            match request.token().and_then(|token| token.split(' ').next()) {
                Some("allow") => Ok(AuthorizerResponse::allow("*")
                    .with_principal_id(&secret)
                    .with_context(&secret, &*secret)),
                Some("deny") => Ok(AuthorizerResponse::deny("*").with_principal_id(&secret)),
                Some("panic") => panic!("{secret}"),
                Some("unauthorized") => Err(AuthorizerError::unauthorized().because(secret)),
                _ => Err(AuthorizerError::new(secret)),
            }
        }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer).observe(Metrics::new());
    let mut requests = 0;
    for token in [
        "allow",
        "allow",
        "deny",
        "panic",
        "unauthorized",
        "fail",
        "",
    ] {
        for path in [
            format!("/{secret}"),
            format!("/%2F{secret}"),
            format!("/{secret}/*"),
        ] {
            let request = Request::builder()
                .method(&*secret.to_uppercase())
                .uri(format!("http://{secret}.example{path}?{secret}={secret}"))
                .header("cookie", format!("{secret}={secret}"))
                .header("user-agent", &secret)
                .header("x-forwarded-for", &secret)
                .header(&*secret.to_lowercase(), &secret);
            let request = match token {
                "" => request,
                token => request.header("authorization", format!("{token} {secret}")),
            };
            send(&layer, request.body(Body::from(secret.clone())).unwrap()).await;
            requests += 1;
        }
    }
    let decisions = of(&scrape(&prometheus), "decisions_total");
    let counted: f64 = decisions.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, f64::from(requests));
    let text = text(&prometheus).to_lowercase();
    assert!(!text.contains(&secret.to_lowercase()), "{text}");
}

#[tokio::test]
async fn each_decision_goes_to_the_exporter_that_is_installed_then() {
    let layer = LambdaAuthorizerLayer::token(as_told(&Asked::default())).observe(Metrics::new());
    assert_eq!(send(&layer, get("/", "allow")).await, 200); // nothing is installed
    for hits in [1, 2] {
        let prometheus = prometheus();
        let _installed = set_default_local_recorder(&prometheus);
        for _ in 0..hits {
            assert_eq!(send(&layer, get("/", "allow")).await, 200);
        }
        let text = text(&prometheus);
        let labels = r#"outcome="allowed",response_type="",reason="",source="hit",authorizer="""#;
        let line = format!("lambda_authorizer_decisions_total{{{labels}}} {hits}");
        assert!(text.lines().any(|found| found == line), "{text}");
    }
}

/// With the exporter that does nothing. Prometheus's allocates once for each counter that is asked for.
#[tokio::test]
async fn counting_a_decision_does_not_allocate() {
    let layer = LambdaAuthorizerLayer::token(as_told(&Asked::default()));
    let observed = layer.clone().observe(Metrics::new());
    for (token, status) in [("allow", 200), ("deny", 403), ("", 401)] {
        let request = || match token {
            "" => Request::default(),
            token => get("/", token),
        };
        let [without, with] = [&layer, &observed].map(|layer| {
            let mut allocations = 0;
            // The first request calls the authorizer and makes the time series, the second hits.
            for _ in 0..3 {
                let request = request();
                let measured = allocation_counter::measure(|| {
                    let sent = send(layer, request).now_or_never();
                    assert_eq!(sent.unwrap(), status);
                });
                allocations = measured.count_total;
            }
            allocations
        });
        assert_eq!(with, without, "{token}");
    }
}

/// An exporter that panics as soon as something happens.
struct Broken;

impl Recorder for Broken {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        panic!("broken")
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("broken")
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("broken")
    }
}

#[tokio::test]
async fn a_broken_exporter_changes_no_decision() {
    let _installed = set_default_local_recorder(&Broken);
    let layer = LambdaAuthorizerLayer::token(as_told(&Asked::default())).observe(Metrics::new());
    for (token, status) in [("allow", 200), ("allow", 200), ("deny", 403), ("fail", 500)] {
        assert_eq!(send(&layer, get("/", token)).await, status);
    }
}

#[test]
fn a_reload_is_counted() {
    let prometheus = prometheus();
    let _installed = set_default_local_recorder(&prometheus);
    let layer = LambdaAuthorizerLayer::token(as_told(&Asked::default()))
        .authorizer_name("pets")
        .observe(Metrics::new());
    let (_layer, handle) = layer.reloadable();
    assert!(!text(&prometheus).contains("reloads_total"));
    handle.replace(handle.current());
    let reloads = of(&scrape(&prometheus), "reloads_total");
    assert_eq!(reloads, labels([("authorizer=pets", 1)]));
}
