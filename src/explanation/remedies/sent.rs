//! What the client sent, in each place that an identity source can read.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::Case;
use crate::{
    api::{Differences, Repeated},
    identity::{IdentitySource, SourcePlace},
    request::context::{cookie_value, decoded_pairs, header_value, is_empty_cookie},
};

/// Whether the source would be valid with these values. A change that leads to the next refusal is not a remedy.
pub(super) fn is_valid(case: &Case<'_>, source: &IdentitySource, values: &[String]) -> bool {
    let kind = &case.circumstances.settings.kind;
    let Some(value) = read_from(values, source, kind.differences()) else {
        return false;
    };
    let is_value = !value.is_empty() || kind.differences().empty_is_a_value;
    is_value
        && kind
            .expression()
            .is_none_or(|expression| expression.accepts(&value))
}

/// What the source reads if a client sends these values under its name.
fn read_from(values: &[String], source: &IdentitySource, row: &Differences) -> Option<String> {
    let name = source.name();
    let headers = |header: &HeaderName, prefix: &str| {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::try_from(format!("{prefix}{value}")).ok()?;
            headers.try_append(header, value).ok()?;
        }
        Some(headers)
    };
    match source.place() {
        SourcePlace::Header => {
            let header = HeaderName::try_from(name).ok()?;
            let headers = headers(&header, "")?;
            let value = header_value(&headers, &header, row.repeated_header).ok()??;
            Some(value.into_owned())
        }
        SourcePlace::Cookie => {
            let headers = headers(&header::COOKIE, &format!("{name}="))?;
            let value = cookie_value(&headers, name).ok()??;
            (!is_empty_cookie(value)).then(|| value.to_owned())
        }
        SourcePlace::QueryParameter => match row.repeated_query_parameter {
            Repeated::Last => values.last().cloned(),
            Repeated::JoinedByCommas => Some(values.join(",")),
        },
        SourcePlace::StageVariable | SourcePlace::Context => None,
    }
}

/// The names that the request has in this place, and the values of each.
pub(super) fn values_at(case: &Case<'_>, place: SourcePlace) -> BTreeMap<String, Vec<String>> {
    let pairs: Box<dyn Iterator<Item = (String, String)>> = match place {
        SourcePlace::Header => Box::new(headers(case)),
        SourcePlace::QueryParameter => Box::new(query_parameters(case)),
        SourcePlace::Cookie => Box::new(cookies(case)),
        SourcePlace::StageVariable | SourcePlace::Context => Box::new(std::iter::empty()),
    };
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs {
        found.entry(name).or_default().push(value);
    }
    found
}

/// The cookies that are UTF-8.
fn cookies<'c>(case: &Case<'c>) -> impl Iterator<Item = (String, String)> + use<'c> {
    let headers = case.circumstances.parts.headers.get_all(header::COOKIE);
    let cookies = headers
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    cookies.filter_map(|cookie| {
        let (name, value) = std::str::from_utf8(cookie).ok()?.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    })
}

/// The headers whose values are UTF-8.
fn headers<'c>(case: &Case<'c>) -> impl Iterator<Item = (String, String)> + use<'c> {
    let headers = case.circumstances.parts.headers.iter();
    headers.filter_map(|(name, value)| {
        let value = std::str::from_utf8(value.as_bytes()).ok()?;
        Some((name.as_str().to_owned(), value.trim().to_owned()))
    })
}

fn query_parameters<'c>(case: &Case<'c>) -> impl Iterator<Item = (String, String)> + use<'c> {
    let pairs = decoded_pairs(case.circumstances.query());
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
}
