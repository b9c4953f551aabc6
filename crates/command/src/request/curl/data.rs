//! The data of a request, which `--get` moves into the query string.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that curl does not encode are removed from the set.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Default)]
pub(super) struct Query {
    text: Option<String>,
    /// Whether a part is in a file. The file is not read, because an authorizer would see it only with `--get`.
    has_file: bool,
}

impl Query {
    pub(super) fn add(&mut self, data: &str) {
        self.add_after("&", data);
    }

    /// JSON is not separated from the data before it.
    pub(super) fn add_json(&mut self, data: &str) {
        if data.starts_with('@') {
            self.has_file = true;
        } else {
            self.add_after("", data);
        }
    }

    fn add_after(&mut self, separator: &str, data: &str) {
        match &mut self.text {
            Some(text) => text.extend([separator, data]),
            None => self.text = Some(data.to_owned()),
        }
    }

    pub(super) fn add_unless_file(&mut self, data: &str) {
        if data.starts_with('@') {
            self.has_file = true;
        } else {
            self.add(data);
        }
    }

    /// Adds `content`, `=content` or `name=content`, of which the content is encoded.
    pub(super) fn add_encoded(&mut self, data: &str) {
        let encoded = |content| {
            let encoded = utf8_percent_encode(content, ENCODED);
            encoded.to_string().replace("%20", "+")
        };
        match data.split_once('=') {
            Some(("", content)) => self.add(&encoded(content)),
            Some((name, content)) => self.add(&format!("{name}={}", encoded(content))),
            None if data.contains('@') => self.has_file = true,
            None => self.add(&encoded(data)),
        }
    }

    /// The query string: that of the URL, then the data.
    pub(super) fn after(&self, query: Option<&str>) -> Result<String, String> {
        if self.has_file {
            return Err("the data for the query string is in a file; write it into the URL".into());
        }
        let data = self.text.as_deref().filter(|data| !data.is_empty());
        let data =
            data.ok_or("the data for the query string is empty; leave it and `--get` out")?;
        // curl sends none of it, or what comes before the `#`.
        if !data.bytes().all(|byte| byte.is_ascii_graphic()) || data.contains('#') {
            return Err("the data for the query string has characters that no query has; use `--data-urlencode`".into());
        }
        Ok(match query {
            None | Some("") => data.to_owned(),
            Some(query) if query.ends_with('&') => format!("{query}{data}"),
            Some(query) => format!("{query}&{data}"),
        })
    }
}
