//! The gateway cases, asked as Envoy asks. The function is behind a stub of the Invoke API.

use bytes::Bytes;
use envoy_types::{
    ext_authz::v3::pb::{CheckRequest, CheckResponse, HttpResponse},
    pb::envoy::{
        config::core::v3::HeaderValueOption, service::auth::v3::attribute_context::TlsSession,
    },
};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use tokio::runtime::Runtime;

use crate::{
    cases::{Exchanged, Place, Reason, RequestMembers, Way, check},
    client::{self, ask, connect, http_of, source},
    process::Server,
};

#[test]
fn cases_have_the_same_outcome_through_envoys_protocol() {
    check("Envoy's protocol and `ext-authz`", Place::Stub, Envoy::new);
}

struct Envoy {
    runtime: Runtime,
}

impl Envoy {
    fn new() -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            runtime: runtime.enable_all().build().unwrap(),
        }
    }
}

impl Way for Envoy {
    fn arguments(&self) -> Vec<String> {
        vec!["ext-authz".into()]
    }

    fn exchange(&self, server: &Server, request: &RequestMembers) -> Result<Exchanged, Reason> {
        let answer = self.runtime.block_on(async {
            let channel = connect(server.address).await;
            ask(&channel, question(request)).await
        });
        Ok(exchanged(answer))
    }
}

/// What Envoy asks about the request of a case.
fn question(request: &RequestMembers) -> CheckRequest {
    let headers = request.headers.iter();
    let names: Vec<_> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .collect();
    let headers: Vec<_> = names
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let mut question = client::check(&request.method, &request.target, &headers);
    request
        .source_ip
        .clone_into(&mut source(&mut question).address);
    let http = http_of(&mut question);
    http.scheme.clone_from(&request.scheme);
    let sent = &mut http.header_map.as_mut().unwrap().headers;
    sent.retain(|header| !header.key.starts_with(':'));
    if let Some((_, host)) = headers.iter().find(|(name, _)| *name == "host") {
        (*host).clone_into(&mut http.host);
    }
    if request.scheme == "https" {
        question.attributes.as_mut().unwrap().tls_session = Some(TlsSession::default());
    }
    question
}

/// What Envoy sends to the client, or adds to the headers for the upstream, which answers with an empty body.
fn exchanged(answer: CheckResponse) -> Exchanged {
    match answer.http_response.unwrap() {
        HttpResponse::DeniedResponse(denied) => {
            let mut response = Response::new(Bytes::from(denied.body));
            let code = denied.status.unwrap().code;
            *response.status_mut() = u16::try_from(code).unwrap().try_into().unwrap();
            *response.headers_mut() = headers(denied.headers);
            Exchanged {
                response,
                reached: None,
            }
        }
        HttpResponse::OkResponse(ok) => Exchanged {
            response: Response::new(Bytes::new()),
            reached: Some(headers(ok.headers)),
        },
        other => panic!("{other:?}"),
    }
}

fn headers(options: Vec<HeaderValueOption>) -> HeaderMap {
    let headers = options.into_iter().map(|option| {
        let header = option.header.unwrap();
        let name: HeaderName = header.key.parse().unwrap();
        (name, HeaderValue::from_str(&header.value).unwrap())
    });
    headers.collect()
}
