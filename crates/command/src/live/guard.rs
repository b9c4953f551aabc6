//! One version of the guard: a layer, the functions behind its authorizers, and the headers for the server behind it.

use std::{convert::Infallible, fmt};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use tower::{Layer, Service, ServiceExt};
use tower_lambda_authorizer::{
    ApiType, ClientIp, ConfigError,
    caching::CacheStatistics,
    gateway_responses::{GatewayFailure, GatewayResponder, ResponseType},
};

use super::{Body, BoxError, ContextHeaders, Recipe, hosts, refusals, repeated::SentOnce};
use crate::{
    document::{Document, DocumentLayer, Files, Prepared, Selection, misfit, tell_notes},
    failure::Failure,
    functions::{self, Functions},
    log::{self, Refusal},
};

pub(crate) struct Guard {
    layer: DocumentLayer,
    api_type: ApiType,
    sent_once: SentOnce,
    functions: Functions,
    context_headers: ContextHeaders,
}

impl Guard {
    /// Reads the document of a guard. Notes all files of the guard, even if one of them cannot be used.
    pub(super) fn read(recipe: &Recipe, files: &Files) -> Result<Document, Failure> {
        for (_, target) in &recipe.functions.functions {
            if functions::is_a_file(target) {
                files.note(target);
            }
        }
        Document::read_from(&recipe.source.file, &recipe.source.reading, files)
    }

    /// Builds the guard of a document.
    pub(super) fn build(recipe: &Recipe, document: Document) -> Result<Self, Failure> {
        let Recipe {
            source, settings, ..
        } = recipe;
        let functions = Functions::of(&source.file, &document, &recipe.functions)?;
        let selection = Selection {
            source,
            settings: &settings.api,
        };
        tell_notes(&document, selection);
        let prepared = Prepared::new(document, selection, &functions)?;
        let client_ip = client_ip(&settings.trusted_proxies)?;
        let api_type = prepared.api_type();
        let layer = match prepared {
            Prepared::ByOne(layer) => {
                let layer = layer.client_ip(client_ip).secure_transport(false);
                let layer = match &recipe.access_log {
                    Some(log) => layer.observe(log.observer()),
                    None => layer,
                };
                DocumentLayer::ByOne(Box::new(recipe.observed.watch(layer)))
            }
            Prepared::AsDocumented(definition) => {
                let definition = definition
                    .client_ip(client_ip)
                    .configure(|_, layer| Ok::<_, ConfigError>(layer.secure_transport(false)));
                let definition = match &recipe.access_log {
                    Some(log) => definition.observe(log.observer()),
                    None => definition,
                };
                let layer = recipe.observed.watch_api(definition);
                let layer = layer.map_err(|error| misfit(&source.file, &error))?;
                DocumentLayer::AsDocumented(layer)
            }
        };
        Ok(Self {
            sent_once: SentOnce::new(&layer.configurations()),
            layer,
            api_type,
            functions,
            context_headers: ContextHeaders::new(settings.context_headers.clone()),
        })
    }

    /// Runs the service behind the guard, if the guard lets the request through.
    ///
    /// The request has the peer's `SocketAddr` in its extensions. The service finds values of the authorizer's context in
    /// the request's headers, under the names of [`context_headers`](Self::context_headers).
    pub(crate) async fn call<S, B, R>(&self, request: Request<B>, inner: S) -> Response<Body>
    where
        S: Service<Request<B>, Response = Response<R>, Error = Infallible> + Clone,
        R: hyper::body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        if is_ambiguous(request.method()) {
            let reason =
                "methods are written in upper case, and some servers read this one as such";
            return self.refuse(request, reason);
        }
        if hosts::is_ambiguous(request.uri(), request.headers()) {
            let reason =
                "`Host` is not a host with an optional port, and some servers read a path in it";
            return self.refuse(request, reason);
        }
        if let Some(repeated) = self.sent_once.repeated(&request) {
            return self.refuse(request, repeated);
        }
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let context_headers = self.context_headers.clone();
        let inner = inner.map_request(move |mut request| {
            context_headers.write(&mut request);
            request
        });
        let Ok(response) = match &self.layer {
            DocumentLayer::ByOne(layer) => layer.layer(inner).oneshot(request).await,
            DocumentLayer::AsDocumented(layer) => layer.layer(inner).oneshot(request).await,
        };
        refusals::tell(&method, &uri, &response);
        response.map(|body| body.map_err(Into::into).boxed_unsync())
    }

    /// Answers a request that servers read in different ways. No layer sees it.
    fn refuse<B>(&self, request: Request<B>, reason: impl fmt::Display) -> Response<Body> {
        let (mut parts, _) = request.into_parts();
        let failure = GatewayFailure::new(ResponseType::Default4xx);
        let response = self.responder().respond(&failure, &mut parts);
        log::refusal(&Refusal {
            status: response.status(),
            method: Some(&parts.method),
            path: parts.uri.path(),
            reason: format_args!("{reason}"),
        });
        response.map(|body| body.map_err(Into::into).boxed_unsync())
    }

    /// The statistics of each authorizer's cache, by the authorizer's name.
    pub(super) fn cache_statistics(&self) -> Vec<(String, CacheStatistics)> {
        let configurations = self.layer.configurations().into_iter();
        let statistics = configurations.filter_map(|configuration| {
            let name = configuration.authorizer_name().unwrap_or_default();
            let results = self.layer.results(name)?;
            Some((name.to_owned(), results.statistics()))
        });
        statistics.collect()
    }

    /// Drops the results of an authorizer that are cached in this process.
    pub(super) async fn drop_results_of(&self, authorizer: &str) {
        if let Some(results) = self.layer.results(authorizer) {
            // Only a shared tier can fail, and there is none.
            let _ = results.clear().await;
        }
    }

    /// Makes the gateway responses of failures that no layer sees.
    pub(crate) fn responder(&self) -> GatewayResponder {
        self.layer.responder()
    }

    pub(crate) fn api_type(&self) -> ApiType {
        self.api_type
    }

    pub(crate) fn functions(&self) -> &Functions {
        &self.functions
    }

    pub(crate) fn context_headers(&self) -> &ContextHeaders {
        &self.context_headers
    }
}

/// Some servers read `delete` as `DELETE`. To a policy and to the routes, these are two methods.
fn is_ambiguous(method: &Method) -> bool {
    let mut bytes = method.as_str().bytes();
    bytes.any(|byte| byte.is_ascii_lowercase())
}

/// The connection's peer, or what trusted proxies say.
fn client_ip(trusted_proxies: &[ipnet::IpNet]) -> Result<ClientIp, Failure> {
    match trusted_proxies {
        [] => Ok(ClientIp::peer()),
        proxies => {
            let proxies = proxies.iter().map(ToString::to_string);
            ClientIp::behind_proxies(proxies).map_err(Failure::new)
        }
    }
}
