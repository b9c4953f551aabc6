//! The arguments of `ext-authz`.

use clap::Args;

use super::Server;

/// Guard the upstreams of an Envoy proxy, or of a mesh that is made of Envoys, such as Istio.
///
/// Envoy's filter `ext_authz` asks this server about each request, over gRPC (`envoy.service.auth.v3`). A request that the
/// document's authorizer allows goes on, with values of the context in headers. To all others, Envoy sends the gateway
/// response. The document and the files that it names are read again when they change.
///
/// Set `failure_mode_allow: false` in Envoy. Otherwise it lets all requests through while this server does not run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ExtAuthz {
    #[command(flatten)]
    pub(crate) server: Server,
}

const EXAMPLE: &str = "\
Example:
  lambda-authorizer ext-authz template.yaml --function answers.json --listen 127.0.0.1:9002

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
