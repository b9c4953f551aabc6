//! The library's layer in this process, around the same server.

use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer,
    ConfigError, authorizer_fn,
    openapi::{ApiAuthorizerLayer, ApiDefinition},
};

use super::{
    documents::{AUTHORIZER, Sample, answers},
    echo::{self, CONTEXT, Echoed},
    request::Asked,
};

pub(super) struct InProcess {
    layer: ApiAuthorizerLayer,
    runtime: Runtime,
}

impl InProcess {
    pub(super) fn new(sample: &Sample) -> Self {
        let definition = ApiDefinition::from_openapi(&sample.document.to_string()).unwrap();
        let definition = definition.for_api_type(sample.api_type).unwrap();
        let definition = definition.authorizer(AUTHORIZER, authorizer()).unwrap();
        let layer = definition
            .configure(|_, layer| Ok::<_, ConfigError>(layer.secure_transport(false)))
            .into_layer();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            layer: layer.unwrap(),
            runtime: runtime.enable_all().build().unwrap(),
        }
    }

    pub(super) fn answer(&self, mut request: Request<Full<Bytes>>, asked: &Asked) -> Echoed {
        let peer = SocketAddr::from(([127, 0, 0, 1], 4711));
        request.extensions_mut().insert(peer);
        let service = self.layer.layer(service_fn(behind));
        let response = self.runtime.block_on(async {
            let (parts, body) = service.oneshot(request).await.unwrap().into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Response::from_parts(parts, body)
        });
        Echoed::of_response(&response, asked)
    }
}

/// Replays the recorded answers.
fn authorizer() -> BoxAuthorizer {
    let mut recorded = answers();
    let answers = recorded["answersByToken"].take();
    let answers: BTreeMap<String, Value> = serde_json::from_value(answers).unwrap();
    BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        let answer = request
            .identity()
            .first()
            .and_then(|token| answers.get(&**token));
        let answer =
            answer.map(|answer| AuthorizerResponse::from_json(answer.to_string().as_bytes()));
        async move { Ok(answer.ok_or_else(|| AuthorizerError::new("no answer was recorded"))??) }
    }))
}

async fn behind(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = request.into_parts();
    let caller = parts.extensions.get::<AuthorizerContext>().cloned();
    for (header, key) in CONTEXT {
        parts.headers.remove(header);
        let value = caller.as_ref().and_then(|caller| match key {
            "principalId" => caller.principal_id().map(escaped),
            key => caller.get(key).map(escaped),
        });
        if let Some(value) = value {
            parts.headers.insert(HeaderName::from_static(header), value);
        }
    }
    let body = body.collect().await.unwrap().to_bytes();
    Ok(echo::answer(&parts, &body))
}

fn escaped(value: impl AsRef<str>) -> HeaderValue {
    const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');
    let value = utf8_percent_encode(value.as_ref(), ESCAPED).to_string();
    HeaderValue::try_from(value).unwrap()
}
