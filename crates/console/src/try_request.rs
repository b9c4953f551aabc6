//! Explains what would happen to a request, without the service.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::ConnectInfo, response::Response};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    body::{MAX_BYTES, Problem, json},
    shared::Shared,
    shortened::{self, shorten},
};

/// The request to try.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Trial {
    layer: usize,
    method: String,
    path: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    source_ip: Option<String>,
}

pub(crate) async fn try_request(shared: &Shared, trial: Trial) -> Result<Response, Problem> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Tried {
        explanation: Option<Box<RawValue>>,
        statements_left_out: usize,
    }
    let layer = shared.known_layer(trial.layer)?;
    let explanation = layer.watched.explain(trial.request()?).await;
    let explanation = serde_json::to_value(explanation).unwrap_or_default();
    let shortened = shorten(explanation, MAX_BYTES, shortened::policy);
    let tried = Tried {
        explanation: shortened.explanation,
        statements_left_out: shortened.statements_left_out,
    };
    Ok(json(StatusCode::OK, &tried))
}

impl Trial {
    fn request(&self) -> Result<Request<()>, Problem> {
        let mut request = Request::new(());
        *request.method_mut() = method(&self.method)?;
        *request.uri_mut() = uri(&self.path)?;
        for (name, value) in &self.headers {
            let (name, value) = (header_name(name)?, header_value(name, value)?);
            request.headers_mut().append(name, value);
        }
        if let Some(address) = source_ip(self.source_ip.as_deref())? {
            let peer = SocketAddr::new(address, 49_152);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(peer);
        }
        Ok(request)
    }
}

pub(crate) fn method(text: &str) -> Result<Method, Problem> {
    text.parse().map_err(|_| {
        Problem::bad_request(format!(
            "`{text}` is not a method: write one such as `GET`."
        ))
    })
}

/// A path, with a query if there is one.
pub(crate) fn uri(text: &str) -> Result<Uri, Problem> {
    let parsed = if text.starts_with('/') && !text.contains('#') {
        Uri::builder().path_and_query(text).build().ok()
    } else {
        None
    };
    parsed.ok_or_else(|| {
        Problem::bad_request(format!(
            "`{text}` is not a path: begin with a slash, and percent-encode spaces and other special characters."
        ))
    })
}

fn header_name(text: &str) -> Result<HeaderName, Problem> {
    text.parse().map_err(|_| {
        Problem::bad_request(format!(
            "`{text}` is not the name of a header: write letters, digits and hyphens."
        ))
    })
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        Problem::bad_request(format!(
            "The value of the header `{name}` contains a control character, such as a line break: remove it."
        ))
    })
}

pub(crate) fn source_ip(text: Option<&str>) -> Result<Option<IpAddr>, Problem> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let parse = |text: &str| {
        text.parse().map_err(|_| {
            Problem::bad_request(format!(
                "`{text}` is not an address: write one such as `203.0.113.7` or `2001:db8::7`."
            ))
        })
    };
    text.map(parse).transpose()
}
