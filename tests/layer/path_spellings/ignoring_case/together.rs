//! Ignored case together with settings that change, a layer in shadow, several authorizers, and a credential in one of
//! several places.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering},
};

use http::Response;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerError, BoxAuthorizer, Denial, IdentitySource, ShadowDenial, any_of,
};

use super::*;

type Guard = LambdaAuthorizerLayer<BoxAuthorizer>;

/// A layer whose policies exclude `/admin`, and how often its authorizer was called.
fn guard() -> (Guard, Arc<AtomicUsize>) {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(AuthorizerResponse::policy(deny("/admin"))) }
    });
    let layer = LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer));
    (layer, calls)
}

/// The status of a request behind these layers. The service answers 200, and says whether a layer was in shadow.
async fn status<S, B>(service: S, path: &str) -> (u16, bool)
where
    S: tower::Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let request = Request::get(path).header("authorization", "t");
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    let extensions = response.extensions();
    let status = response.status().as_u16();
    assert_eq!(extensions.get::<Denial>().is_some(), status != 200);
    let shadow = extensions.get::<ShadowDenial>();
    if let Some(shadow) = shadow {
        assert_eq!(shadow.would_be().response_type().as_str(), "ACCESS_DENIED");
    }
    (status, shadow.is_some())
}

async fn answer(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new(String::new()))
}

/// A cached result was prepared for the setting of its time.
#[cfg(feature = "reload")]
#[tokio::test]
async fn a_reload_changes_the_decision_of_cached_results_at_once() {
    let (layer, calls) = guard();
    let (layer, handle) = layer.reloadable();
    let service = layer.layer(service_fn(answer));
    let set = |paths| {
        let change = |layer: Guard| Ok::<_, Infallible>(layer.ambiguous_paths(paths));
        handle.modify(change).unwrap();
    };
    for _ in 0..2 {
        for (paths, expected) in [
            (AmbiguousPaths::Refuse, 200),
            (AmbiguousPaths::IgnoreCase, 403),
            (AmbiguousPaths::AsReceived, 200),
        ] {
            set(paths);
            for path in ["/ADMIN", "/Admin"] {
                assert_eq!(status(service.clone(), path).await.0, expected, "{paths:?}");
            }
            assert_eq!(status(service.clone(), "/admin").await.0, 403, "{paths:?}");
            assert_eq!(status(service.clone(), "/OTHER").await.0, 200, "{paths:?}");
        }
    }
    // Each setting has found its own results again.
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

/// Also of a setting that was in force before, and whose results are kept for it.
#[cfg(feature = "reload")]
#[tokio::test]
async fn a_revocation_reaches_the_results_of_both_settings() {
    let (layer, calls) = guard();
    let (layer, handle) = layer.reloadable();
    let service = layer.layer(service_fn(answer));
    let set = |paths| {
        let change = |layer: Guard| Ok::<_, Infallible>(layer.ambiguous_paths(paths));
        handle.modify(change).unwrap();
    };
    let both = [AmbiguousPaths::IgnoreCase, AmbiguousPaths::Refuse];
    for revoked_under in both {
        let send_all = async || {
            for paths in both {
                set(paths);
                status(service.clone(), "/other").await;
            }
            calls.swap(0, Ordering::SeqCst)
        };
        send_all().await;
        assert_eq!(send_all().await, 0, "cached");
        set(revoked_under);
        handle.invalidate(["t"]).await.unwrap();
        assert_eq!(send_all().await, 2, "{revoked_under:?}");
    }
}

#[tokio::test]
async fn in_shadow_another_case_is_let_through_and_reported() {
    let shadowed = |paths| {
        let layer = guard().0.ambiguous_paths(paths).unprotected_shadow();
        layer.layer(service_fn(answer))
    };
    for _ in ["called", "cached"] {
        let ignoring = shadowed(AmbiguousPaths::IgnoreCase);
        assert_eq!(status(ignoring.clone(), "/ADMIN").await, (200, true));
        assert_eq!(status(ignoring, "/OTHER").await, (200, false));
        let comparing = shadowed(AmbiguousPaths::Refuse);
        assert_eq!(status(comparing, "/ADMIN").await, (200, false));
    }
}

/// A layer in shadow that tries the setting changes nothing for the layer that protects the service.
#[tokio::test]
async fn a_layer_in_shadow_can_try_the_setting_before_the_guard() {
    let (layer, calls) = guard();
    let trying = layer.clone().ambiguous_paths(AmbiguousPaths::IgnoreCase);
    let service = ServiceBuilder::new()
        .layer(trying.unprotected_shadow())
        .layer(layer)
        .service_fn(answer);
    for _ in 0..2 {
        assert_eq!(status(service.clone(), "/ADMIN").await, (200, true));
        assert_eq!(status(service.clone(), "/OTHER").await, (200, false));
        assert_eq!(status(service.clone(), "/admin").await.0, 403);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2, "each has its own results");
}

/// Whichever authorizer answers.
#[tokio::test]
async fn the_policy_of_each_of_several_authorizers_counts_in_each_case() {
    for knows in ["first", "second"] {
        let answers = |name: &'static str, denied: &'static str| {
            authorizer_fn(move |_| async move {
                if name == knows {
                    Ok(AuthorizerResponse::policy(deny(denied)))
                } else {
                    Err(AuthorizerError::unauthorized())
                }
            })
        };
        let both = any_of(answers("first", "/Admin"), answers("second", "/aDMIN"));
        let layer = LambdaAuthorizerLayer::token(both).ambiguous_paths(AmbiguousPaths::IgnoreCase);
        let service = layer.layer(service_fn(answer));
        for path in ["/admin", "/ADMIN", "/%61Dmin/", "/admin"] {
            assert_eq!(status(service.clone(), path).await.0, 403, "{knows} {path}");
        }
        assert_eq!(status(service, "/ADMINS").await.0, 200, "{knows}");
    }
}

/// The case of credentials always counts, and so does that of a path as an identity source.
#[tokio::test]
async fn identities_that_differ_in_case_share_no_result() {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let authorizer = authorizer_fn(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(AuthorizerResponse::policy(deny("/admin"))) }
    });
    let first = IdentitySource::first_of([
        "method.request.header.Authorization",
        "method.request.cookie.sid",
    ]);
    let sources = [first.unwrap(), "context.path".parse().unwrap()];
    let sources = tower_lambda_authorizer::IdentitySources::try_from(sources).unwrap();
    let layer = LambdaAuthorizerLayer::request(authorizer, sources).unwrap();
    let layer = layer.ambiguous_paths(AmbiguousPaths::IgnoreCase);
    for (header, token, path, expected) in [
        ("authorization", "t", "/pets", true),
        ("authorization", "T", "/pets", true),
        ("cookie", "sid=t", "/pets", true),
        ("cookie", "sid=T", "/PETS", true),
        ("cookie", "sid=T", "/ADMIN", false),
    ] {
        for called in [1, 0] {
            let request = Request::get(path).header(header, token);
            let explanation = layer.explain(request.body(()).unwrap()).await;
            assert_eq!(explanation.is_allowed(), expected, "{explanation}");
            assert_eq!(calls.swap(0, Ordering::SeqCst), called, "{token} {path}");
        }
    }
}
