//! The headers of a command line, and those that curl adds.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Request, header, uri::Authority};

use super::text;

const NO_HOST: &str = "`--header Host:` names no host; write `Host: NAME`, or leave it out";

#[derive(Default)]
pub(super) struct Headers {
    written: HeaderMap,
    /// `Name:` keeps curl from sending its own header.
    removed: Vec<String>,
    pub(super) user: Option<Vec<u8>>,
    pub(super) is_basic: bool,
    pub(super) bearer: Option<String>,
    pub(super) cookies: Vec<String>,
    pub(super) agent: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) is_json: bool,
    pub(super) is_compressed: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Body {
    None,
    Data,
    Form,
}

impl Headers {
    /// Reads `Name: value`, `Name;` (an empty value) or `Name:` (no such header).
    pub(super) fn add(&mut self, line: &str) -> Result<(), String> {
        if line.starts_with('@') {
            return Err("`--header` names a file of headers; write the headers".into());
        }
        let line = match line.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => {
                if name.eq_ignore_ascii_case("host") {
                    return Err(NO_HOST.into());
                }
                self.removed.push(name.to_owned());
                return Ok(());
            }
            Some(_) => line.to_owned(),
            None => line
                .strip_suffix(';')
                .map_or(line.to_owned(), |name| format!("{name}:")),
        };
        let (name, value) = text::header(&line)?;
        if name == header::HOST && Authority::try_from(value.as_bytes()).is_err() {
            return Err(NO_HOST.into());
        }
        // curl sends only the first one.
        if name != header::HOST || !self.written.contains_key(&name) {
            text::append(&mut self.written, name, value)?;
        }
        Ok(())
    }

    /// The host that a header names instead of the URL.
    pub(super) fn host(&self) -> Option<&str> {
        self.written.get(header::HOST)?.to_str().ok()
    }

    pub(super) fn add_to(mut self, request: &mut Request<()>, body: Body) -> Result<(), String> {
        let own = self.own(body)?;
        if body == Body::Form && self.is_removed(&header::CONTENT_TYPE) {
            return Err(
                "curl sends a type with `--form`; leave `--header Content-Type:` out".into(),
            );
        }
        // It adds the boundary to the first one, and sends no other.
        let content_type = self.written.get(header::CONTENT_TYPE).cloned();
        if let (Body::Form, Some(first)) = (body, content_type) {
            self.written.insert(header::CONTENT_TYPE, first);
        }
        for (name, value) in own {
            if !self.written.contains_key(&name) && !self.is_removed(&name) {
                text::append(&mut self.written, name, value)?;
            }
        }
        *request.headers_mut() = self.written;
        Ok(())
    }

    fn is_removed(&self, name: &HeaderName) -> bool {
        let is_name = |removed: &String| removed.eq_ignore_ascii_case(name.as_str());
        self.removed.iter().any(is_name)
    }

    /// The headers that curl sends unless the command has others.
    fn own(&self, body: Body) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let json = "application/json";
        let content_type = match body {
            _ if self.is_json => Some(json),
            Body::Form => Some("multipart/form-data"),
            Body::Data => Some("application/x-www-form-urlencoded"),
            Body::None => None,
        };
        if self.is_basic && self.bearer.is_some() {
            return Err("curl sends only one of `--basic` and `--oauth2-bearer`; write one".into());
        }
        let authorization = match (&self.bearer, &self.user) {
            (Some(token), _) => Some(format!("Bearer {token}")),
            (None, Some(user)) => Some(format!("Basic {}", BASE64_STANDARD.encode(user))),
            (None, None) => None,
        };
        let own = [
            (
                header::USER_AGENT,
                Some(self.agent.as_deref().unwrap_or("curl")),
            ),
            (
                header::ACCEPT,
                Some(if self.is_json { json } else { "*/*" }),
            ),
            (
                header::ACCEPT_ENCODING,
                self.is_compressed.then_some("deflate, gzip"),
            ),
            (header::CONTENT_TYPE, content_type),
            (header::AUTHORIZATION, authorization.as_deref()),
            (header::COOKIE, Some(&*self.cookies.join(";"))),
            (header::REFERER, self.referer.as_deref()),
        ];
        own.into_iter()
            .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
            .map(|(name, value)| match HeaderValue::from_str(value.trim()) {
                Ok(value) => Ok((name, value)),
                Err(_) => Err("a value has characters that cannot be sent".into()),
            })
            .collect()
    }
}
