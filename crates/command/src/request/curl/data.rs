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
    parts: Vec<String>,
    /// Whether a part is in a file. The file is not read, because an authorizer would see it only with `--get`.
    has_file: bool,
}

impl Query {
    pub(super) fn add(&mut self, data: &str) {
        self.parts.push(data.to_owned());
    }

    pub(super) fn add_unless_file(&mut self, data: &str) {
        match data.starts_with('@') {
            true => self.has_file = true,
            false => self.add(data),
        }
    }

    /// Adds `content`, `=content` or `name=content`, of which the content is encoded.
    pub(super) fn add_encoded(&mut self, data: &str) {
        let encoded = |content| utf8_percent_encode(content, ENCODED);
        match data.split_once('=') {
            Some(("", content)) => self.parts.push(encoded(content).to_string()),
            Some((name, content)) => self.parts.push(format!("{name}={}", encoded(content))),
            None if data.contains('@') => self.has_file = true,
            None => self.parts.push(encoded(data).to_string()),
        }
    }

    pub(super) fn append_to(&self, url: &mut String) -> Result<(), String> {
        if self.has_file {
            return Err("the data for the query string is in a file; write it into the URL".into());
        }
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&self.parts.join("&"));
        Ok(())
    }
}
