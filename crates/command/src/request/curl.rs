//! Reads a request from a curl command line. Nothing is run or sent.

mod data;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod differential;
mod flags;
mod headers;
mod shell;
mod url;
mod words;

use http::Request;

use self::{
    data::Query,
    flags::Flag,
    headers::{Body, Headers},
    url::{Reading, Url},
    words::Words,
};
use super::{text, with_target};
use crate::failure::Failure;

/// The parts of the request that a command line sets.
#[derive(Default)]
struct Sent {
    method: Option<String>,
    url: Option<String>,
    reading: Reading,
    headers: Headers,
    query: Query,
    has_data: bool,
    is_form: bool,
    data_in_query: bool,
    head: bool,
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
            Flag::Header => self.headers.add(&value)?,
            Flag::User if value.contains(':') => self.headers.user = Some(value.into_bytes()),
            Flag::User => {
                return Err("`--user` has no password; write `NAME:PASSWORD`".into());
            }
            Flag::Basic => self.headers.is_basic = true,
            Flag::Bearer => self.headers.bearer = Some(value),
            Flag::Cookie if value.contains('=') && !value.starts_with('@') => {
                self.headers.cookies.push(value);
            }
            Flag::Cookie => {
                return Err(
                    "`--cookie` names a file of cookies; write the cookies, `NAME=VALUE; …`".into(),
                );
            }
            Flag::UserAgent => self.headers.agent = Some(value),
            // Only a redirection changes it.
            Flag::Referer => self.headers.referer = value.split(";auto").next().map(str::to_owned),
            Flag::Compressed => self.headers.is_compressed = true,
            Flag::GlobOff => self.reading.globoff = true,
            Flag::PathAsIs => self.reading.path_as_is = true,
            Flag::Get => self.data_in_query = true,
            Flag::Head => self.head = true,
            Flag::Form if value.contains('=') => self.is_form = true,
            Flag::Form => return Err("`--form` has no `=`; write `NAME=CONTENT`".into()),
            Flag::Json => {
                self.has_data = true;
                self.headers.is_json = true;
                self.query.add_json(&value);
            }
            Flag::Data => {
                self.has_data = true;
                self.query.add(&value);
            }
            Flag::DataFromFile => {
                self.has_data = true;
                self.query.add_unless_file(&value);
            }
            Flag::DataToEncode => {
                self.has_data = true;
                self.query.add_encoded(&value);
            }
        }
        Ok(())
    }

    fn request(mut self) -> Result<Request<()>, String> {
        let in_query = self.data_in_query && self.has_data;
        let body = match (self.is_form, self.has_data && !in_query) {
            (true, _) => Body::Form,
            (_, true) => Body::Data,
            (false, false) => Body::None,
        };
        if self.is_form && self.has_data || self.head && body != Body::None {
            return Err(
                "curl sends only one of `--form`, `--data` and `--head`; write one, or `--get` with the data".into(),
            );
        }
        let method = match (&self.method, self.head, body) {
            (Some(method), _, _) => method.as_str(),
            (None, true, _) => "HEAD",
            (None, false, Body::None) => "GET",
            (None, false, _) => "POST",
        };
        let url = self
            .url
            .as_deref()
            .ok_or("the command has no URL; add it")?;
        let Url {
            user,
            scheme,
            authority,
            path,
            query,
        } = self.reading.of(url)?;
        if in_query && self.reading.path_as_is {
            // Some versions of curl remove dots from the path although they must not.
            return Err(
                "curl may not keep the path as it is with `--get`; write the data into the URL"
                    .into(),
            );
        }
        let query = if in_query {
            Some(self.query.after(query)?)
        } else {
            query.map(str::to_owned)
        };
        let query = query.map(|query| format!("?{query}"));
        let authority = self.headers.host().unwrap_or(&authority);
        let target = format!("{scheme}://{authority}{path}{}", query.unwrap_or_default());
        let mut request = with_target(method, &target)
            .map_err(|problem| format!("the URL or the method cannot be read: {problem}"))?;
        self.headers.user = self.headers.user.or(user);
        self.headers.add_to(&mut request, body)?;
        Ok(request)
    }
}
