//! The service gets the client's request, although the authorizer sees the target's host, and may keep its request.

use std::sync::Mutex;

use http::{HeaderValue, Uri, Version, request::Parts};
use tower_lambda_authorizer::AmbiguousHosts;

use super::*;

/// Something that another layer has inserted.
#[derive(Debug, Clone, PartialEq)]
struct Inserted(u8);

fn sent(target: &str, hosts: &[&str]) -> Req {
    let mut request = Request::post(target)
        .version(Version::HTTP_2)
        .header("accept", "a")
        .header("authorization", "t");
    for host in hosts {
        request = request.header("host", *host).header("accept", *host);
    }
    request
        .extension(Inserted(7))
        .body(Full::default())
        .unwrap()
}

#[tokio::test]
async fn the_service_gets_the_request_as_it_came() {
    for keeps in [false, true] {
        for hosts in [&[][..], &["a.example"], &["b.example", "a.example"]] {
            for (target, seen) in [
                ("/pets?q=1", None),
                ("http://a.example/pets", Some("a.example")),
            ] {
                let request = || sent(target, hosts);
                let kept = Mutex::new(None);
                let authorizer = authorizer_fn(move |request| {
                    let hosts: Vec<_> = request.headers().get_all("host").iter().collect();
                    if let Some(seen) = seen {
                        assert_eq!(hosts, [seen]);
                    }
                    if keeps {
                        *kept.lock().unwrap() = Some(request);
                    }
                    async { Ok(AuthorizerResponse::allow("*")) }
                });
                let served = Arc::new(Mutex::new(None));
                let note = Arc::clone(&served);
                let service = service_fn(move |request: Req| {
                    *note.lock().unwrap() = Some(request.into_parts().0);
                    ready(Ok::<_, Infallible>(Res::default()))
                });
                let service = LambdaAuthorizerLayer::token(authorizer)
                    .ambiguous_hosts(AmbiguousHosts::AsReceived)
                    .layer(service);
                let response = service.oneshot(request()).await.unwrap();
                assert_eq!(response.status(), 200);
                let mut parts = served.lock().unwrap().take().unwrap();
                let caller = parts.extensions.remove::<AuthorizerContext>();
                assert!(caller.is_some());
                let inserted = parts.extensions.get::<Inserted>();
                assert_eq!(inserted, Some(&Inserted(7)));
                assert_eq!(facts(&parts), facts(&request().into_parts().0));
            }
        }
    }
}

/// Headers in the order of their names and values.
fn facts(parts: &Parts) -> (Method, Uri, Version, Vec<(String, HeaderValue)>) {
    let headers = parts.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.clone()));
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    (method, uri, parts.version, headers.collect())
}
