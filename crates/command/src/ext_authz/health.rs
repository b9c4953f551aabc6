//! gRPC's health checks. The server is healthy as long as it answers: if the files cannot be used, the last version is
//! in force.

use envoy_types::ext_authz::v3::pb::AuthorizationServer;
use tonic_health::{
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService},
};

use super::checks::Checks;

pub(super) async fn service() -> HealthServer<HealthService> {
    let reporter = HealthReporter::new();
    let checks = reporter.set_serving::<AuthorizationServer<Checks>>();
    checks.await;
    HealthServer::new(HealthService::from_health_reporter(reporter))
}
