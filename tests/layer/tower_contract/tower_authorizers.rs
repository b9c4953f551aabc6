//! Tower services, boxes and closures as authorizers.

use super::*;

/// The response to a request with this token, with a tower service as the authorizer.
async fn answer_of<S>(service: S, token: &str) -> Response<ResponseBody<Full<Bytes>>>
where
    ServiceAuthorizer<S>: Authorizer,
{
    let layer = LambdaAuthorizerLayer::token(ServiceAuthorizer::new(service));
    layer
        .layer(Inner::default())
        .oneshot(get("/pets", token))
        .await
        .unwrap()
}

/// The tests' authorizer as a tower service.
fn told_service() -> impl Service<
    AuthorizerRequest,
    Response = AuthorizerResponse,
    Error = AuthorizerError,
    Future = impl Future<Output = Answer> + Send,
> + Clone
+ Send
+ Sync
+ 'static {
    let authorizer = as_told(&Asked::default());
    service_fn(move |request| {
        let authorizer = authorizer.clone();
        async move { authorizer.authorize(request).await }
    })
}

#[tokio::test(start_paused = true)]
async fn a_tower_stack_as_authorizer_distinguishes_401_from_its_failures() {
    let stack = ServiceBuilder::new()
        .buffer(8)
        .load_shed()
        .concurrency_limit(8)
        .timeout(Duration::from_secs(1))
        .service(told_service());
    let in_retry = stack.clone();
    let retry = service_fn(move |request: AuthorizerRequest| {
        let stack = in_retry.clone();
        async move {
            match stack.clone().oneshot(request.clone()).await {
                Err(_) => stack.oneshot(request).await,
                answer => answer,
            }
        }
    });
    for (token, status) in [
        ("allow", 200),
        ("deny", 403),
        ("unauthorized", 401),
        ("fail", 500),
    ] {
        assert_eq!(
            answer_of(stack.clone(), token).await.status(),
            status,
            "{token}"
        );
        assert_eq!(
            answer_of(retry.clone(), token).await.status(),
            status,
            "{token}, retried"
        );
    }
    let reason = broken_because(&answer_of(stack.clone(), "malformed").await);
    assert!(reason.starts_with("MalformedResponse"), "{reason}");
    let reason = broken_because(&answer_of(stack, "hang").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "request timed out" }"#
    );
}

#[tokio::test]
async fn an_overloaded_tower_stack_as_authorizer_is_a_500_and_recovers() {
    let stack = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .service(told_service());
    let mut first = task::spawn(answer_of(stack.clone(), "hang"));
    assert_pending!(first.poll());
    let reason = broken_because(&answer_of(stack.clone(), "allow").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "service overloaded" }"#
    );
    drop(first);
    assert_eq!(answer_of(stack, "allow").await.status(), 200);
}

#[tokio::test]
async fn a_tower_service_as_authorizer_that_never_is_ready_is_a_500() {
    let (service, mut handle) = mock::pair::<AuthorizerRequest, AuthorizerResponse>();
    handle.send_error("the circuit is open");
    let reason = broken_because(&answer_of(service, "allow").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "the circuit is open" }"#
    );
}

#[tokio::test]
async fn a_tower_service_as_authorizer_with_another_unauthorized_message_is_a_500() {
    let rewording =
        told_service().map_err(|error| std::io::Error::other(format!("while asking: {error}")));
    let reason = broken_because(&answer_of(rewording, "unauthorized").await);
    assert_eq!(
        reason,
        r#"AuthorizerFailed { message: "while asking: Unauthorized" }"#
    );
}

#[tokio::test]
async fn shared_boxed_and_closure_authorizers_decide_equally() {
    async fn check(authorizer: impl Authorizer) {
        let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none()).unwrap();
        let mut service = layer.layer(Inner::default());
        for (path, status) in [("/open", 200), ("/closed", 403)] {
            let response = service.call(get(path, "unused")).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
        }
        assert_eq!(service.get_ref().calls(), 1);
    }
    let closure = authorizer_fn(async |request: AuthorizerRequest| {
        let open = request.api().method_arn(request.method(), "/open");
        Ok(AuthorizerResponse::allow(open))
    });
    check(closure).await;
    check(Arc::new(closure)).await;
    check(BoxAuthorizer::new(BoxAuthorizer::new(Arc::new(closure)))).await;
}

/// The usual type for a stack of any type, which is not `Sync`.
#[tokio::test]
async fn a_boxed_stack_that_is_not_sync_can_be_an_authorizer() {
    let stack = tower::util::BoxCloneService::new(told_service());
    for (token, status) in [("allow", 200), ("deny", 403), ("unauthorized", 401)] {
        assert_eq!(answer_of(stack.clone(), token).await.status(), status);
    }
}

/// A clone that panics fails its own request only.
#[tokio::test]
async fn a_service_whose_clone_panics_can_be_cloned_again() {
    #[derive(Default)]
    struct PanicsOnce(Arc<AtomicUsize>);

    impl Clone for PanicsOnce {
        fn clone(&self) -> Self {
            assert!(self.0.fetch_add(1, SeqCst) > 0, "the first clone");
            Self(Arc::clone(&self.0))
        }
    }

    impl Service<AuthorizerRequest> for PanicsOnce {
        type Response = AuthorizerResponse;
        type Error = AuthorizerError;
        type Future = Ready<Answer>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AuthorizerError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: AuthorizerRequest) -> Self::Future {
            ready(Ok(AuthorizerResponse::allow("*")))
        }
    }

    let layer = LambdaAuthorizerLayer::token(ServiceAuthorizer::new(PanicsOnce::default()));
    let service = layer.layer(Inner::default());
    for status in [500, 200] {
        let response = service.clone().oneshot(get("/pets", "t")).await.unwrap();
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn a_box_of_an_authorizer_is_one() {
    let layer = LambdaAuthorizerLayer::token(Box::new(as_told(&Asked::default())));
    let response = layer.layer(Inner::default()).oneshot(get("/pets", "deny"));
    assert_eq!(response.await.unwrap().status(), 403);
}
