//! Settings that change while requests are in progress.

#[cfg(feature = "shared-cache")]
mod dropped_stores;
mod ends_late;
mod random_sequences;

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use http::{Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio_test::{assert_pending, task};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerResponse, BoxAuthorizer, Denial,
    LambdaAuthorizerLayer, authorizer_fn,
    caching::ResultCache,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    observing::{Decision, Observer, ReloadEvent},
    reload::ReloadHandle,
};

type Guard = LambdaAuthorizerLayer<BoxAuthorizer>;

/// A layer whose authorizer names its version, and how often it was called.
fn version(version: usize, turns: Option<Arc<Semaphore>>) -> (Guard, Arc<AtomicUsize>) {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let turns = turns.clone();
        async move {
            if let Some(turns) = turns {
                turns.acquire().await.unwrap().forget();
            }
            Ok(AuthorizerResponse::allow("*").with_principal_id(version.to_string()))
        }
    });
    (
        LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer)),
        calls,
    )
}

/// Answers with the principal.
async fn who(request: Request<()>) -> Result<Response<String>, Infallible> {
    let caller = request.extensions().get::<AuthorizerContext>().unwrap();
    let mut response = Response::new(String::new());
    response
        .extensions_mut()
        .insert(caller.principal_id().unwrap().to_owned());
    Ok(response)
}

async fn send<S, B>(service: S, token: &str) -> Result<String, u16>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let request = Request::get("/")
        .header("authorization", token)
        .body(())
        .unwrap();
    let response = service.oneshot(request).await.unwrap();
    let who = response.extensions().get::<String>().cloned();
    assert_eq!(
        who.is_none(),
        response.extensions().get::<Denial>().is_some()
    );
    who.ok_or(response.status().as_u16())
}

#[tokio::test]
async fn requests_in_progress_end_with_the_settings_that_they_began_with() {
    let turns = Arc::new(Semaphore::new(0));
    let (layer, handle) = version(1, Some(Arc::clone(&turns))).0.reloadable();
    let service = layer.layer(service_fn(who));
    let mut under_way = task::spawn(send(service.clone(), "ann"));
    assert_pending!(under_way.poll());
    handle.replace(version(2, None).0);
    assert_eq!(send(service.clone(), "ann").await, Ok("2".into()));
    turns.add_permits(1);
    assert_eq!(under_way.await, Ok("1".into()));
    assert_eq!(send(service, "ann").await, Ok("2".into()));
}

#[tokio::test]
async fn results_are_kept_if_the_change_does_not_decide_about_answers() {
    let (layer, calls) = version(1, None);
    let (layer, handle) = layer.reloadable();
    let service = layer.layer(service_fn(who));
    let calls = async || {
        send(service.clone(), "ann").await.unwrap();
        calls.swap(0, Ordering::SeqCst)
    };
    assert_eq!((calls().await, calls().await), (1, 0));
    let teapot = GatewayResponse::new().status(StatusCode::IM_A_TEAPOT);
    let teapot = GatewayResponses::default()
        .with(ResponseType::Unauthorized, teapot)
        .unwrap();
    let change = |layer: Guard| Ok::<_, Infallible>(layer.gateway_responses(teapot.clone()));
    handle.modify(change).unwrap();
    assert_eq!(calls().await, 0);
    let request = Request::get("/").body(()).unwrap();
    assert_eq!(
        service.clone().oneshot(request).await.unwrap().status(),
        418
    );

    let minute = |layer: Guard| layer.result_ttl(Duration::from_secs(60));
    handle.modify(minute).unwrap();
    assert_eq!(calls().await, 1);
    assert!(
        handle
            .modify(|layer| layer.result_ttl(Duration::from_secs(3601)))
            .is_err()
    );
    assert_eq!(calls().await, 0, "nothing has changed");
    assert!(format!("{:?}", handle.current()).contains("60s"));
}

#[tokio::test]
async fn a_revocation_reaches_the_results_of_earlier_settings() {
    let (layer, calls) = version(1, None);
    let (layer, handle) = layer.cache(ResultCache::new()).reloadable();
    let service = layer.layer(service_fn(who));
    let ttl = |seconds| {
        let change = |layer: Guard| layer.result_ttl(Duration::from_secs(seconds));
        handle.modify(change).unwrap();
    };
    ttl(300);
    for token in ["ann", "bob"] {
        send(service.clone(), token).await.unwrap();
    }
    ttl(60);
    handle.invalidate(["ann"]).await.unwrap();
    ttl(300);
    calls.store(0, Ordering::SeqCst);
    send(service.clone(), "bob").await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 0, "its result is used again");
    send(service.clone(), "ann").await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1, "this one was revoked");
    ttl(60);
    handle.clear().await.unwrap();
    ttl(300);
    send(service.clone(), "bob").await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

/// Changes made at once by several threads are all made.
#[test]
fn no_change_is_lost() {
    let (layer, _) = version(0, None);
    let (_, handle) = layer.method_arn_limit(1).unwrap().reloadable();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    let longer = |layer: Guard| {
                        let shown = format!("{layer:?}");
                        let (_, limit) = shown.split_once("method_arn_limit: ").unwrap();
                        let digits = limit.split(|c: char| !c.is_ascii_digit()).next().unwrap();
                        let limit: usize = digits.parse().unwrap();
                        layer.method_arn_limit(limit + 1)
                    };
                    handle.modify(longer).unwrap();
                }
            });
        }
    });
    assert!(
        format!("{handle:?}").contains("method_arn_limit: 1001"),
        "{handle:?}"
    );
}

/// The oracle: a request is answered by a version that was current at some time while it was in progress, and each is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn thousands_of_swaps_under_load_drop_no_request() {
    const SWAPS: usize = 3_000;
    let (layer, handle) = version(0, None).0.reloadable();
    let (begun, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let is_over = Arc::<AtomicBool>::default();
    let clients = (0..4).map(|client| {
        // Before a swap, `begun` is raised, and after it `ended`.
        let (begun, ended) = (Arc::clone(&begun), Arc::clone(&ended));
        let is_over = Arc::clone(&is_over);
        let service = layer.layer(service_fn(who));
        tokio::spawn(async move {
            let (mut answered, mut latest) = (0_usize, 0);
            while !is_over.load(Ordering::SeqCst) {
                let oldest = ended.load(Ordering::SeqCst);
                let token = format!("{client} {}", answered % 5);
                let version: usize = send(service.clone(), &token)
                    .await
                    .unwrap()
                    .parse()
                    .unwrap();
                let newest = begun.load(Ordering::SeqCst);
                assert!(
                    (oldest..=newest).contains(&version),
                    "{oldest} {version} {newest}"
                );
                assert!(version >= latest, "an earlier version came back");
                latest = version;
                answered += 1;
                tokio::task::yield_now().await;
            }
            (answered, latest)
        })
    });
    let clients: Vec<_> = clients.collect();
    for number in 1..=SWAPS {
        begun.store(number, Ordering::SeqCst);
        handle.replace(version(number, None).0);
        ended.store(number, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
    is_over.store(true, Ordering::SeqCst);
    for client in clients {
        let (answered, latest) = client.await.unwrap();
        assert!(answered > 100 && latest > 0, "{answered} {latest}");
    }
    let service = layer.layer(service_fn(who));
    assert_eq!(send(service, "last").await, Ok(SWAPS.to_string()));
}

#[cfg(feature = "openapi")]
#[tokio::test]
async fn a_whole_api_is_replaced() {
    use tower_lambda_authorizer::openapi::ApiDefinition;
    let api = |number, path: &str| {
        let document = format!(
            r#"{{"openapi": "3.0.1",
            "components": {{"securitySchemes": {{"keepers": {{
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {{"type": "token"}}}}}}}},
            "paths": {{"{path}": {{"get": {{"security": [{{"keepers": []}}]}}}}}}}}"#
        );
        let definition = ApiDefinition::from_openapi(&document).unwrap();
        let authorizer = authorizer_fn(move |_| async move {
            Ok(AuthorizerResponse::allow("*").with_principal_id(format!("{number}")))
        });
        let definition = definition.authorizer("keepers", authorizer).unwrap();
        definition.into_layer().unwrap()
    };
    let (layer, handle) = api(1, "/").reloadable();
    let service = layer.layer(service_fn(who));
    assert_eq!(send(service.clone(), "ann").await, Ok("1".into()));
    handle.replace(api(2, "/"));
    assert_eq!(send(service.clone(), "ann").await, Ok("2".into()));
    handle.invalidate("keepers", ["ann"]).await.unwrap();
    handle.clear("keepers").await.unwrap();
    let misspelt = handle.invalidate("keeper", ["ann"]).await.unwrap_err();
    assert!(
        misspelt.to_string().contains("authorizer `keeper`"),
        "{misspelt}"
    );
    assert!(handle.clear("").await.is_err());
    handle.replace(api(3, "/elsewhere"));
    assert_eq!(send(service, "ann").await, Err(403));
}

#[derive(Clone, Default)]
struct Reloads(Arc<Mutex<Vec<String>>>);

impl Observer for Reloads {
    fn decided(&self, _: &Decision<'_>) {}

    fn reloaded(&self, event: &ReloadEvent<'_>) {
        let name = event.authorizer_name().unwrap_or("-");
        self.0.lock().unwrap().push(name.to_owned());
    }
}

#[test]
fn the_observers_of_the_new_settings_are_told_of_the_reload() {
    let reloads = Reloads::default();
    let observed = |name: &str| {
        let observer = Arc::new(reloads.clone());
        version(1, None).0.authorizer_name(name).observe(observer)
    };
    let (_layer, handle) = observed("first").reloadable();
    let taken = || std::mem::take(&mut *reloads.0.lock().unwrap());
    assert!(taken().is_empty());
    handle.replace(observed("second"));
    assert_eq!(taken(), ["second"]);
    let day = Duration::from_secs(86_400);
    assert!(handle.modify(|layer| layer.result_ttl(day)).is_err());
    assert!(taken().is_empty());
    let named = |layer: Guard| Ok::<_, Infallible>(layer.authorizer_name("third"));
    handle.modify(named).unwrap();
    assert_eq!(taken(), ["third"]);
    handle.replace(version(2, None).0);
    assert!(taken().is_empty(), "it has no observers");
}
