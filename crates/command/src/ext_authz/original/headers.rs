//! The headers of a request, in either of the two forms in which Envoy sends them.

use std::collections::HashMap;

use envoy_types::pb::envoy::config::core::v3::{HeaderMap as RawHeaders, HeaderValue as RawHeader};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::Undecided;

/// The headers, apart from the fields that repeat another part of the check: the host, and names with a colon.
pub(super) struct Fields {
    headers: HeaderMap,
    repeated: Vec<(String, Vec<u8>)>,
}

impl Fields {
    /// `merged` has one value for each name. `raw` has all values, and Envoy sends it with `encode_raw_headers`.
    pub(super) fn read(
        merged: HashMap<String, String>,
        raw: Option<RawHeaders>,
    ) -> Result<Self, Undecided> {
        let raw = raw.map_or_else(Vec::new, |raw| raw.headers);
        if !merged.is_empty() && !raw.is_empty() {
            return Err(Undecided::BadCheck(
                "the check has both `headers` and `header_map`",
            ));
        }
        let mut fields = Self {
            headers: HeaderMap::new(),
            repeated: Vec::new(),
        };
        for (name, value) in merged {
            fields.add(name, value.into_bytes())?;
        }
        for header in raw {
            let value = value_of(&header)?;
            fields.add(header.key, value)?;
        }
        Ok(fields)
    }

    fn add(&mut self, name: String, value: Vec<u8>) -> Result<(), Undecided> {
        if name.starts_with(':') || name == header::HOST.as_str() {
            self.repeated.push((name, value));
            return Ok(());
        }
        // Envoy writes names in lower case. With upper case, Envoy's map could have a name twice, without an order.
        let name = HeaderName::from_lowercase(name.as_bytes());
        let name = name.map_err(|_| {
            Undecided::BadCheck("the check has a header whose name is not one in lower case")
        })?;
        let value = HeaderValue::try_from(value);
        let value = value.map_err(|_| Undecided::BadRequest("a header's value is not valid"))?;
        let added = self.headers.try_append(name, value);
        added.map_err(|_| Undecided::BadRequest("the request has too many headers"))?;
        Ok(())
    }

    /// Checks that a field has the same value as the other part of the check, if the field exists.
    pub(super) fn agree(&mut self, name: &str, said: &str) -> Result<(), Undecided> {
        let is_it = |field: &(String, Vec<u8>)| field.0 == name;
        let mut found = self.repeated.iter().filter(|field| is_it(field));
        if !found.all(|(_, value)| value == said.as_bytes()) {
            return Err(Undecided::BadRequest(
                "the host, the path, the method or the scheme is given in two ways",
            ));
        }
        self.repeated.retain(|field| !is_it(field));
        Ok(())
    }

    /// The headers, if no field is left that could repeat a part of the check.
    pub(super) fn finish(self) -> Result<HeaderMap, Undecided> {
        if self.repeated.is_empty() {
            Ok(self.headers)
        } else {
            Err(Undecided::BadRequest("a header's name begins with a colon"))
        }
    }
}

fn value_of(header: &RawHeader) -> Result<Vec<u8>, Undecided> {
    match (header.value.as_str(), header.raw_value.as_slice()) {
        ("", raw) => Ok(raw.to_vec()),
        (text, []) => Ok(text.as_bytes().to_vec()),
        _ => Err(Undecided::BadCheck(
            "a header of the check has both `value` and `raw_value`",
        )),
    }
}
