//! gRPC's health checks, by which Envoy and Kubernetes find out whether the server answers.

use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{client::connect, envoy::Envoy, guard::Guard};

#[tokio::test]
async fn the_server_and_its_service_are_serving() {
    let guard = Guard::start(&[]);
    let mut client = HealthClient::new(connect(guard.server.address).await);
    for service in ["", "envoy.service.auth.v3.Authorization"] {
        let service = service.to_owned();
        let answer = client.check(HealthCheckRequest { service }).await.unwrap();
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    }
    let service = "pets".to_owned();
    let unknown = client.check(HealthCheckRequest { service }).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
}

/// A stream without an end would keep the server from ending.
#[tokio::test]
async fn nobody_can_watch() {
    let guard = Guard::start(&[]);
    let mut client = HealthClient::new(connect(guard.server.address).await);
    let watching = client.watch(HealthCheckRequest::default()).await;
    let status = match watching {
        Ok(mut statuses) => statuses.get_mut().message().await,
        Err(error) => Err(error),
    };
    status.unwrap_err();
}

#[test]
fn envoy_asks_only_a_server_that_is_healthy() {
    let guard = Guard::start(&[]);
    let checked = |config: String| {
        config.replace(
            "    - name: lambda-authorizer\n",
            "    - name: lambda-authorizer\n      common_lb_config: {healthy_panic_threshold: {value: 0}}\n      \
             health_checks: [{timeout: 1s, interval: 0.1s, unhealthy_threshold: 1, healthy_threshold: 1, \
             grpc_health_check: {service_name: envoy.service.auth.v3.Authorization}}]\n",
        )
    };
    let Some(envoy) = Envoy::start(guard.server.address, checked) else {
        return;
    };
    let health = envoy.get("/health", &[]);
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
}
