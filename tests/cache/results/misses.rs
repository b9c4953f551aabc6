//! What a miss allocates.

use std::future::ready as at_once;

use super::*;

/// Enough requests that the growth of the cache's own lists hardly counts.
const MISSES: u64 = 256;

/// The allocations of a miss, without those of the request and of the answer.
async fn allocations(ttl: Duration) -> u64 {
    let answer = AuthorizerResponse::allow("*");
    let making = allocation_counter::measure(|| drop(answer.clone())).count_total;
    let authorizer = authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer);
    let layer = layer.result_ttl(ttl).unwrap();
    let served =
        service_fn(|_: Request<()>| at_once(Ok::<_, Infallible>(Response::new(String::new()))));
    let mut service = layer.layer(served);
    let mut total = 0;
    for number in 0..2 * MISSES {
        let token = format!("Bearer {number:033}");
        let request = Request::get("/pets/123").header("authorization", token);
        let mut request = request.body(()).unwrap();
        request.extensions_mut().insert(7_u32);
        let ready = service.ready().await.unwrap();
        let count = allocation_counter::measure(|| {
            let response = ready.call(request).now_or_never();
            assert_eq!(response.unwrap().unwrap().status(), 200);
        });
        // The first half only warms up.
        total += if number < MISSES {
            0
        } else {
            count.count_total - making
        };
    }
    total / MISSES
}

#[tokio::test]
async fn a_miss_allocates_no_more_than_it_has_to() {
    // The request that the authorizer receives, its method ARN and its identity, the call's future, the compiled policy,
    // the result, its context for the service, and that extension.
    let alone = allocations(Duration::ZERO).await;
    assert!(alone <= 8, "{alone}");
    // In addition the key, the call that others may join, and the entry.
    let kept = allocations(Duration::from_secs(60)).await;
    assert!(kept <= 11, "{kept}");
}
