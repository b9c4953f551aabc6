//! Reads a request from a curl command line. Nothing is run or sent.

mod data;
mod flags;
mod words;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, Method, Request, header};

use self::{data::Query, flags::Flag, words::Words};
use super::{text, with_target};
use crate::failure::Failure;

/// The parts of the request that a command line sets.
#[derive(Default)]
struct Sent {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<Header>,
    user: Option<String>,
    cookies: Vec<String>,
    query: Query,
    has_body: bool,
    is_json: bool,
    is_form: bool,
    data_in_query: bool,
    head: bool,
}

/// A header as curl's `--header` takes it.
enum Header {
    Set(String),
    /// `Name:` keeps curl from sending its own header.
    Remove(String),
}

pub(super) fn read(command: &str) -> Result<Request<()>, Failure> {
    sent(command)
        .and_then(Sent::request)
        .map_err(|problem| Failure::new(format_args!("--curl: {problem}")))
}

fn sent(command: &str) -> Result<Sent, String> {
    let mut words = Words::of(command)?;
    let mut sent = Sent::default();
    while let Some((flag, value)) = words.next_flag()? {
        sent.apply(flag, value)?;
    }
    Ok(sent)
}

impl Sent {
    fn apply(&mut self, flag: Flag, value: String) -> Result<(), String> {
        match flag {
            Flag::Ignored => {}
            Flag::Url if self.url.is_some() => {
                return Err("the command has several URLs; explain one request at a time".into());
            }
            Flag::Url => self.url = Some(value),
            Flag::Method => self.method = Some(value),
            Flag::Header => self.headers.push(header_of(&value)?),
            Flag::User if value.contains(':') => self.user = Some(value),
            Flag::User => {
                return Err("`--user` has no password; write `NAME:PASSWORD`".into());
            }
            Flag::Bearer => self
                .headers
                .push(Header::Set(format!("authorization: Bearer {value}"))),
            Flag::Cookie if value.contains('=') => self.cookies.push(value),
            Flag::Cookie => {
                return Err(
                    "`--cookie` names a file of cookies; write the cookies, `NAME=VALUE; …`".into(),
                );
            }
            Flag::UserAgent if value.is_empty() => {
                self.headers.push(Header::Remove("user-agent".into()));
            }
            Flag::UserAgent => self
                .headers
                .push(Header::Set(format!("user-agent: {value}"))),
            Flag::Referer => self.headers.push(Header::Set(format!("referer: {value}"))),
            Flag::Get => self.data_in_query = true,
            Flag::Head => self.head = true,
            Flag::Form => {
                self.has_body = true;
                self.is_form = true;
            }
            Flag::Json => {
                self.has_body = true;
                self.is_json = true;
                self.query.add(&value);
            }
            Flag::Data => {
                self.has_body = true;
                self.query.add(&value);
            }
            Flag::DataFromFile => {
                self.has_body = true;
                self.query.add_unless_file(&value);
            }
            Flag::DataToEncode => {
                self.has_body = true;
                self.query.add_encoded(&value);
            }
        }
        Ok(())
    }

    fn request(self) -> Result<Request<()>, String> {
        let in_query = self.data_in_query && self.has_body;
        let method = match (&self.method, self.head, self.has_body && !in_query) {
            (Some(method), _, _) => method.as_str(),
            (None, true, _) => "HEAD",
            (None, false, true) => "POST",
            (None, false, false) => "GET",
        };
        let url = self
            .url
            .as_deref()
            .ok_or("the command has no URL; add it")?;
        let url = url.split('#').next().unwrap_or_default();
        // Without a scheme, curl supposes HTTP.
        let mut url = match url.contains("://") {
            true => url.to_owned(),
            false => format!("http://{url}"),
        };
        if in_query {
            self.query.append_to(&mut url)?;
        }
        let mut request = with_target(method, &url)
            .map_err(|problem| format!("the URL or the method cannot be read: {problem}"))?;
        self.add_headers(&mut request, in_query)?;
        Ok(request)
    }

    fn add_headers(&self, request: &mut Request<()>, in_query: bool) -> Result<(), String> {
        for header in &self.headers {
            if let Header::Set(line) = header {
                text::add_header(request, line)?;
            }
        }
        let own = self.own_headers(request.method(), in_query)?;
        for (name, value) in own {
            let is_removed = self.headers.iter().any(
                |it| matches!(it, Header::Remove(removed) if removed.eq_ignore_ascii_case(name.as_str())),
            );
            if !is_removed && !request.headers().contains_key(&name) {
                request.headers_mut().insert(name, value);
            }
        }
        Ok(())
    }

    /// The headers that curl sends unless the command has others.
    fn own_headers(
        &self,
        method: &Method,
        in_query: bool,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
        let any = HeaderValue::from_static("*/*");
        let json = HeaderValue::from_static("application/json");
        let mut own = vec![(header::USER_AGENT, HeaderValue::from_static("curl"))];
        own.push((
            header::ACCEPT,
            if self.is_json { json.clone() } else { any },
        ));
        if self.has_body && !in_query && method != Method::HEAD {
            let content_type = match (self.is_json, self.is_form) {
                (true, _) => json,
                (false, true) => HeaderValue::from_static("multipart/form-data"),
                (false, false) => HeaderValue::from_static("application/x-www-form-urlencoded"),
            };
            own.push((header::CONTENT_TYPE, content_type));
        }
        let value = |text: &str| {
            HeaderValue::from_str(text).map_err(|_| "a value has characters that cannot be sent")
        };
        if let Some(user) = &self.user {
            let credentials = BASE64_STANDARD.encode(user);
            own.push((
                header::AUTHORIZATION,
                value(&format!("Basic {credentials}"))?,
            ));
        }
        if !self.cookies.is_empty() {
            own.push((header::COOKIE, value(&self.cookies.join("; "))?));
        }
        Ok(own)
    }
}

/// Reads `Name: value`, `Name;` (an empty value) or `Name:` (no such header).
fn header_of(line: &str) -> Result<Header, String> {
    if line.starts_with('@') {
        return Err("`--header` names a file of headers; write the headers".into());
    }
    Ok(match line.split_once(':') {
        Some((name, value)) if value.trim().is_empty() => Header::Remove(name.trim().to_owned()),
        None if line.ends_with(';') => Header::Set(format!("{}:", line.trim_end_matches(';'))),
        _ => Header::Set(line.to_owned()),
    })
}
