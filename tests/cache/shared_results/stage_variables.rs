//! The seal of a shared result covers the stage variables, followed by the values of the identity.

use tower_lambda_authorizer::AnonymousRequests;

use super::*;
use crate::empty_service::empty;

/// An authorizer that allows callers with a name.
fn process(world: &World, api: Api) -> Process {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        count.fetch_add(1, Ordering::SeqCst);
        let is_anonymous = request.identity().is_empty();
        async move {
            Ok(if is_anonymous {
                AuthorizerResponse::deny("*")
            } else {
                AuthorizerResponse::allow("*")
            })
        }
    });
    let sources = "method.request.header.X-Name, method.request.header.X-Key";
    let shared = SharedCache::new(Arc::clone(&world.store), SECRET).unwrap();
    let layer = LambdaAuthorizerLayer::request(BoxAuthorizer::new(authorizer), sources)
        .unwrap()
        .anonymous_requests(AnonymousRequests::Ask)
        .unwrap()
        .api(api)
        .clock(world.clock.clock())
        .shared_cache(shared, "pets");
    Process { layer, calls }
}

async fn send(process: &Process, headers: &[(&str, &str)]) -> u16 {
    let service = process.layer.layer(service_fn(empty::<()>));
    let mut request = Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    response.status().as_u16()
}

/// A caller of a stage without variables has the name of another stage's variable. An attacker who can write to the
/// store, but does not know the secret, copies that caller's value to the anonymous requests of the other stage.
#[tokio::test]
async fn a_result_for_an_identity_is_not_used_for_a_stage_variable() {
    let world = World::new();
    let api = || Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
    let with_variable = || api().with_stage_variable("lang", "en").unwrap();
    let anonymous = process(&world, with_variable());
    assert_eq!(send(&anonymous, &[]).await, 403);
    let place = world.store.values.lock().unwrap().keys().next().cloned();

    let named = process(&world, api());
    let headers = [("x-name", "lang"), ("x-key", "en")];
    assert_eq!(send(&named, &headers).await, 200);
    {
        let mut values = world.store.values.lock().unwrap();
        let place = place.unwrap();
        let other = values.iter().find(|(key, _)| **key != place);
        let allowance = other.map(|(_, value)| value.clone()).unwrap();
        assert_eq!(values.len(), 2);
        values.insert(place, allowance);
    }

    let anonymous = process(&world, with_variable());
    assert_eq!(send(&anonymous, &[]).await, 403);
    let statistics = anonymous.statistics();
    assert_eq!(
        (
            anonymous.calls(),
            statistics.shared_hits,
            statistics.shared_errors
        ),
        (1, 0, 1)
    );
}
