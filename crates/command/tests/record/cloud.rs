//! Servers that stand for deployed APIs: this library's layer in front of an integration, behind a stage.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Request, StatusCode, Uri};
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Runtime};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, authorizer_fn, openapi::ApiDefinition,
};

/// A server that ends with the test. It remembers what it was asked.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: Runtime,
}

#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
}

type Service = BoxCloneSyncService<Request<Body>, Response, Infallible>;

impl Server {
    /// A server that answers with what a function returns.
    pub(crate) fn answering(
        answer: impl Fn(&Request<Body>) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::start(BoxCloneSyncService::new(service_fn(
            move |request: Request<Body>| {
                let response = answer(&request);
                async move { Ok(response) }
            },
        )))
    }

    /// API Gateway with this document. The functions have the answers of a file.
    pub(crate) fn of_api(document: &str, answers: &str, integration: fn(&str) -> Response) -> Self {
        let answers: Value = serde_json::from_str(answers).unwrap();
        let mut definition = ApiDefinition::from_openapi(document).unwrap();
        let names: Vec<_> = definition
            .authorizers()
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in names {
            definition = definition
                .authorizer(&name, authorizer_fn(answering_from(answers.clone())))
                .unwrap();
        }
        let is_rest = definition.api_type() == tower_lambda_authorizer::ApiType::Rest;
        let layer = definition.into_layer().unwrap();
        let integration = service_fn(move |request: Request<Body>| async move {
            Ok::<_, Infallible>(integration(request.uri().path()))
        });
        let guarded = tower::Layer::layer(&layer, integration);
        Self::start(BoxCloneSyncService::new(service_fn(
            move |request: Request<Body>| {
                let guarded = guarded.clone();
                async move {
                    let Some(request) = below_stage(request) else {
                        return Ok(outside_of_the_stage());
                    };
                    let response = guarded.oneshot(request).await?;
                    Ok(with_ids(response.map(Body::new), is_rest))
                }
            },
        )))
    }

    fn start(service: Service) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let router = Router::new()
            .fallback(answer)
            .with_state((service, Arc::clone(&asked)));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            asked,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/prod", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(
    State((service, asked)): State<(Service, Arc<Mutex<Vec<Asked>>>)>,
    request: Request<Body>,
) -> Response {
    asked.lock().unwrap().push(Asked {
        line: format!("{} {}", request.method(), request.uri()),
        headers: request.headers().clone(),
    });
    match service.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// What the functions answer, by the value of the first identity source.
fn answering_from(
    answers: Value,
) -> impl Fn(AuthorizerRequest) -> std::future::Ready<Result<AuthorizerResponse, AuthorizerError>>
+ Send
+ Sync
+ 'static {
    move |request: AuthorizerRequest| {
        let token = request.identity().first().cloned();
        let answer = &answers["answersByToken"][token.unwrap_or_default()];
        let answer = AuthorizerResponse::from_json(answer.to_string().as_bytes());
        std::future::ready(answer.map_err(AuthorizerError::from))
    }
}

fn below_stage(mut request: Request<Body>) -> Option<Request<Body>> {
    let target = request.uri().to_string();
    let target = target.strip_prefix("/prod")?;
    *request.uri_mut() = target.parse::<Uri>().ok()?;
    // axum has noted the path with the stage.
    request.extensions_mut().clear();
    Some(request)
}

pub(crate) fn outside_of_the_stage() -> Response {
    response(
        403,
        &[
            ("x-amz-apigw-id", "JrtEUESLAi0F5hg="),
            ("x-amzn-errortype", "ForbiddenException"),
        ],
        r#"{"message":"Forbidden"}"#,
    )
}

/// All responses that pass through API Gateway have an id.
fn with_ids(mut response: Response, is_rest: bool) -> Response {
    let name = if is_rest {
        "x-amz-apigw-id"
    } else {
        "apigw-requestid"
    };
    let id = http::HeaderValue::from_static("JrtEUESLAi0F5hg=");
    response.headers_mut().entry(name).or_insert(id);
    response
}

pub(crate) fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
    let mut response = (StatusCode::from_u16(status).unwrap(), body.to_owned()).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}
