//! A request that names two hosts is refused.

use http::{HeaderValue, Uri};
use tower_lambda_authorizer::{AmbiguousHosts, Denial, ResourceMatch};

use super::*;

type Layer_ = LambdaAuthorizerLayer<BoxAuthorizer>;

/// An authorizer that allows the host `tenant-a`, with the host as its identity source.
fn tenant_a(make: fn(BoxAuthorizer) -> Layer_) -> Layer_ {
    make(BoxAuthorizer::new(authorizer_fn(
        |request: AuthorizerRequest| async move {
            match request.header("host").as_deref() {
                Some("tenant-a") => Ok(AuthorizerResponse::allow("*").with_principal_id("p")),
                _ => Ok(AuthorizerResponse::deny("*").with_principal_id("p")),
            }
        },
    )))
    .result_ttl(Duration::from_secs(60))
    .unwrap()
}

fn layers() -> [Layer_; 2] {
    [
        tenant_a(|authorizer| {
            LambdaAuthorizerLayer::request(authorizer, ["method.request.header.Host"]).unwrap()
        }),
        tenant_a(|authorizer| {
            LambdaAuthorizerLayer::http_api(authorizer)
                .identity_sources(["$request.header.Host"])
                .unwrap()
        }),
    ]
}

/// The status, and the host that a handler reads: the header first, or the target first.
async fn send(layer: &Layer_, target: &str, hosts: &[&str]) -> (u16, Option<[Option<String>; 2]>) {
    let service = layer.layer(service_fn(async |request: Request<Body>| {
        let header = request.headers().get("host");
        let header = header.map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
        let target = request
            .uri()
            .authority()
            .map(|host| host.as_str().to_owned());
        let seen = [header.clone().or(target.clone()), target.or(header)];
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(seen);
        Ok::<_, std::convert::Infallible>(response)
    }));
    let mut request = Request::get(target);
    for host in hosts {
        request = request.header("host", HeaderValue::from_bytes(host.as_bytes()).unwrap());
    }
    let response = service
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let seen = response.extensions().get::<[Option<String>; 2]>().cloned();
    (response.status().as_u16(), seen)
}

#[tokio::test]
async fn a_request_for_two_hosts_is_refused_also_where_a_result_is_kept() {
    for layer in layers() {
        assert_eq!(send(&layer, "/", &["tenant-a"]).await.0, 200);
        assert_eq!(send(&layer, "http://tenant-a/", &[]).await.0, 200);
        for (target, hosts) in [
            ("http://tenant-a/", &["tenant-b"][..]),
            ("https://tenant-a/", &["tenant-b"]),
            ("http://tenant-b/", &["tenant-a"]),
            ("http://tenant-a/", &["tenant-a", "tenant-b"]),
            ("http://tenant-a/", &["tenant-a", "tenant-a"]),
            ("http://tenant-a/", &["tenant-a:8080"]),
            ("http://tenant-a/", &[""]),
            ("http://tenant-a/", &["tenant-a, tenant-b"]),
            ("http://tenant-a/", &["tenant-b@tenant-a"]),
            ("http://tenant-a/", &["tenant-a\u{e9}"]),
            ("http://tenant-b@tenant-a/", &[]),
            ("http://tenant-b@tenant-a/", &["tenant-a"]),
            ("/", &["tenant-b", "tenant-a"]),
            ("/", &["tenant-a", "tenant-b"]),
            ("/", &["tenant-a", "tenant-a"]),
            ("/", &["tenant-b@tenant-a"]),
            ("/", &["tenant-a, tenant-b"]),
            ("/", &["tenant-a,tenant-b"]),
            ("/", &["tenant-a/"]),
        ] {
            let (status, seen) = send(&layer, target, hosts).await;
            assert_eq!((status, seen), (400, None), "{target} {hosts:?}");
        }
    }
}

#[tokio::test]
async fn whatever_passes_is_for_the_host_that_was_judged() {
    let words = [
        "tenant-a",
        "tenant-b",
        "TENANT-A",
        "tenant-a:80",
        "tenant-a:8080",
        "x@tenant-a",
        "",
    ];
    for layer in layers() {
        let mut passed = 0;
        for target in [
            "/",
            "http://tenant-a/",
            "http://tenant-b/",
            "https://tenant-a:443/",
            "http://Tenant-A/",
        ] {
            for first in [
                None,
                Some(0),
                Some(1),
                Some(2),
                Some(3),
                Some(4),
                Some(5),
                Some(6),
            ] {
                for second in [None, Some(0), Some(1)] {
                    let hosts = [first, second].into_iter().flatten();
                    let hosts: Vec<_> = hosts.map(|at: usize| words[at]).collect();
                    let (status, seen) = send(&layer, target, &hosts).await;
                    if status == 200 {
                        passed += 1;
                        for host in seen.unwrap().into_iter().flatten() {
                            let name = host.split(':').next().unwrap().to_ascii_lowercase();
                            assert_eq!(name, "tenant-a", "{target} {hosts:?}");
                        }
                    }
                }
            }
        }
        assert!(passed >= 4, "{passed} tests little");
    }
}

#[tokio::test]
async fn what_names_one_host_passes() {
    let layer =
        LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer_fn(
            |request: AuthorizerRequest| async move {
                Ok(AuthorizerResponse::allow(request.method_arn()))
            },
        )))
        .result_ttl(Duration::ZERO)
        .unwrap();
    let status = async |layer: &Layer_, target: &str, host: Option<&str>| {
        let service = layer.layer(service_fn(async |_: Request<Body>| {
            Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
        }));
        let mut request = Request::get(target).header("authorization", "t");
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let response = service
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let denial = response.extensions().get::<Denial>();
        let reason = denial
            .map(|denial| denial.reason().to_string())
            .unwrap_or_default();
        (response.status().as_u16(), reason)
    };
    for (target, host) in [
        ("/", None),
        ("/", Some("a")),
        ("/", Some("")),
        ("/", Some("a.example:8080")),
        ("/", Some("[::1]:8080")),
        ("/", Some("xn--bcher-kva.example")),
        ("http://a/", None),
        ("http://a/", Some("A")),
        ("http://a:80/", Some("a")),
        ("https://a/", Some("a:443")),
    ] {
        let (status, reason) = status(&layer, target, host).await;
        assert_eq!(status, 200, "{target} {host:?}: {reason}");
    }
    let (code, reason) = status(&layer, "http://a/", Some("b")).await;
    assert_eq!(code, 400);
    assert!(
        reason.contains("`:authority`") && reason.contains("was not invoked"),
        "{reason}"
    );
    let lenient = layer.clone().ambiguous_hosts(AmbiguousHosts::AsReceived);
    assert_eq!(status(&lenient, "http://a/", Some("b")).await.0, 200);
    assert_eq!(status(&lenient, "/", Some("a@b")).await.0, 200);
    // The original URI counts, too, if a router has rewritten it.
    let rewritten = layer.resource_resolver(|_| {
        ResourceMatch::new().with_original_uri(Uri::from_static("http://b/"))
    });
    assert_eq!(status(&rewritten, "http://a/", None).await.0, 400);
    assert_eq!(status(&rewritten, "/", Some("b")).await.0, 200);
    assert_eq!(status(&rewritten, "/", Some("a")).await.0, 400);
}

/// The same over HTTP/1.1 with hyper.
#[tokio::test]
async fn over_a_connection_as_well() {
    let server = Server::start(
        |_| Ok(AuthorizerResponse::deny("*")),
        LambdaAuthorizerLayer::token,
    )
    .await;
    let with = |target: &str, hosts: &str| {
        format!("GET {target} HTTP/1.1\r\n{hosts}authorization: allow\r\n\r\n")
    };
    for (target, hosts) in [
        ("http://tenant-a/pets", "host: tenant-b\r\n"),
        ("/pets", "host: tenant-a\r\nhost: tenant-b\r\n"),
        ("/pets", "host: a@b\r\n"),
        ("http://a@b/pets", "host: b\r\n"),
    ] {
        server
            .check(hosts, with(target, hosts), AMBIGUOUS, false)
            .await;
    }
    let one = with("http://h/pets", "host: h\r\n");
    server.check("one host", one, SERVED, true).await;
}
