//! The arguments of `ext-authz`.

use clap::Args;

use super::Server;

/// Guard what Envoy or Istio serves, as API Gateway would guard it.
///
/// Envoy's filter `ext_authz` asks this server about each request, over gRPC (`envoy.service.auth.v3`). Envoy passes on a
/// request that the document's authorizer allows. It answers all others with the gateway response that this server gives.
/// One line on the standard error says why. The document and the files that it names are read again when they change, and
/// after SIGHUP. If the new version cannot be used, the last one stays in force.
///
/// Set `failure_mode_allow: false` in Envoy. Otherwise Envoy lets all requests through while this server does not run.
///
/// The exit code is 0 after Ctrl+C or SIGTERM, and 2 if an argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ExtAuthz {
    #[command(flatten)]
    pub(crate) server: Server,
}

const EXAMPLE: &str = "\
Example:
  lambda-authorizer ext-authz template.yaml --listen 127.0.0.1:9002

envoy.yaml, before the filter `envoy.filters.http.router`:
  - name: envoy.filters.http.ext_authz
    typed_config:
      \"@type\": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
      transport_api_version: V3
      failure_mode_allow: false
      encode_raw_headers: true
      grpc_service:
        envoy_grpc: { cluster_name: lambda-authorizer }
        timeout: 10s";
