//! 401, and no function ran: the identity sources and the validation expression.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Case, Remedy};
use crate::{
    api::{Differences, Repeated},
    decision::DenialReason,
    explanation::FoundIdentity,
    identity::{IdentitySource, SourcePlace},
    request::context::{cookie_value, decoded_pairs, header_value, is_empty_cookie},
};

/// The source that is not there.
fn absent<'c>(case: &Case<'c>) -> Option<&'c IdentitySource> {
    match case.reason {
        DenialReason::IdentitySourceMissing { source }
        | DenialReason::IdentitySourceEmpty { source } => Some(source),
        _ => None,
    }
}

/// The place and the name of a source that a client sends.
fn sent_by_client(source: &IdentitySource) -> Option<(SourcePlace, &str)> {
    let place = source.place();
    place.is_sent_by_client().then(|| (place, source.name()))
}

pub(super) fn under_another_name(case: &Case<'_>) -> Option<Remedy> {
    let source = absent(case)?;
    let (place, name) = sent_by_client(source)?;
    let is_meant = |other: &str| {
        let is_header = place == SourcePlace::Header;
        is_nearly(other, name) && !(is_header && other.eq_ignore_ascii_case(name))
    };
    let mut found = found(case, place).into_iter();
    let (other, _) =
        found.find(|(other, values)| is_meant(other) && would_do(case, source, values))?;
    let own_source = format!("{}{other}", source.prefix());
    // Not each name that a client may send can be one.
    let or_configure = match own_source.parse::<IdentitySource>() {
        Ok(_) => format!(", or make `{own_source}` the identity source"),
        Err(_) => String::new(),
    };
    let what = place.noun();
    let case_counts = match place == SourcePlace::QueryParameter && other.eq_ignore_ascii_case(name)
    {
        true => " (upper and lower case differ)",
        false => "",
    };
    Some(Remedy::new(
        "identity-source-under-another-name",
        format!(
            "the request has no {what} `{name}`, but one that is called `{other}`{case_counts}: rename \
             it{or_configure}"
        ),
    ))
}

pub(super) fn in_another_place(case: &Case<'_>) -> Option<Remedy> {
    let source = absent(case)?;
    let (place, name) = sent_by_client(source)?;
    let places = [
        SourcePlace::Header,
        SourcePlace::QueryParameter,
        SourcePlace::Cookie,
    ];
    let is_it = |(other, values): (&String, &Vec<String>)| {
        other.eq_ignore_ascii_case(name) && would_do(case, source, values)
    };
    let mut places = places.into_iter().filter(|there| *there != place);
    let there = places.find(|there| found(case, *there).iter().any(is_it))?;
    let (here, there) = (place.noun(), there.noun());
    Some(Remedy::new(
        "identity-source-in-another-place",
        format!(
            "`{name}` is looked for as a {here}, and the request has it as a {there}: send it as a {here}, or \
                 change the identity source"
        ),
    ))
}

pub(super) fn all_are_needed(case: &Case<'_>) -> Option<Remedy> {
    absent(case)?;
    let sources = case.circumstances.settings.kind.sources().iter();
    let found = case.explanation.identity().iter();
    let mut present = sources.zip(found).filter(|(source, found)| {
        sent_by_client(source).is_some() && found.found() == FoundIdentity::Present
    });
    let (present, _) = present.next()?;
    Some(Remedy::new(
        "all-identity-sources-are-needed",
        format!(
            "`{present}` is there, but all identity sources have to be: one or the other is not possible. Where either \
             will do, configure none, set the results' time to live to 0, and let the authorizer look"
        ),
    ))
}

pub(super) fn ambiguous(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::IdentitySourceAmbiguous { source } = case.reason else {
        return None;
    };
    let name = source.name();
    Some(Remedy::new(
        "identity-source-ambiguous",
        format!(
            "programs that read cookies may find different values for `{name}`: send it once, as `{name}=` and a value \
             without blanks, commas, backslashes and quotes inside, and no other cookie that has this name but for case \
             or encoding. A browser sends a name twice that was set for two paths or domains: delete one of them"
        ),
    ))
}

pub(super) fn missing(case: &Case<'_>) -> Option<Remedy> {
    let source = absent(case)?;
    if under_another_name(case).is_some() || in_another_place(case).is_some() {
        return None;
    }
    let text = match sent_by_client(source) {
        Some((place, name)) => format!(
            "send the {} `{name}`; without it the gateway answers by itself, so no function has anything in its log",
            place.noun()
        ),
        None => format!(
            "`{source}` is nothing that a client sends: set it where the layer is built, or take it off the identity \
             sources"
        ),
    };
    Some(Remedy::new("identity-source-missing", text))
}

pub(super) fn validation_expression(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::RefusedByValidationExpression { source } = case.reason else {
        return None;
    };
    let kind = &case.circumstances.settings.kind;
    let expression = kind.expression()?;
    case.circumstances.with_request(|request| {
        let token = source.read(request).ok()?;
        let bare = without_bearer(&token);
        Some(match bare {
            Some(bare) if expression.accepts(bare) => Remedy::new(
                "bearer-prefix-unexpected",
                "the expression is held against the whole header, and accepts the token without its `Bearer `: let the \
                 expression begin with `Bearer `, or the client leave it out",
            ),
            None if expression.accepts(&format!("Bearer {token}")) => Remedy::new(
                "bearer-prefix-missing",
                "the expression is held against the whole header, and asks for `Bearer ` in front of the token: let the \
                 client send it",
            ),
            _ => Remedy::new(
                "validation-expression",
                "the expression is held against the whole header, `Bearer ` included, from its beginning to its end: \
                 try it on a token of yours",
            ),
        })
    })
}

pub(super) fn without_bearer(token: &str) -> Option<&str> {
    let (scheme, rest) = token.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(rest)
}

/// Whether the source that is not there would be in order with these values: what leads to the next refusal is no remedy.
fn would_do(case: &Case<'_>, source: &IdentitySource, values: &[String]) -> bool {
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

/// What a source that a client sends reads if these values are sent under its name.
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

/// What there is at a place that a client writes: names and the values of each.
fn found(case: &Case<'_>, place: SourcePlace) -> BTreeMap<String, Vec<String>> {
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

/// The cookies that are text, each with its value.
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

/// The headers whose values are texts, each with its value.
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

/// A longer name of a client's is nobody's slip, and not quoted.
const LONGEST_NAME: usize = 100;

/// Whether somebody may have meant the same: but for case and separators, or both are about a token.
fn is_nearly(other: &str, name: &str) -> bool {
    let plain = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    if other.len() > LONGEST_NAME {
        return false;
    }
    let (other_plain, name_plain) = (plain(other), plain(name));
    let is_same = other != name && other_plain == name_plain;
    let is_about_tokens = |name: &str| {
        let name = name.strip_prefix('x').unwrap_or(name);
        matches!(
            name,
            "auth"
                | "authorization"
                | "authorisation"
                | "authentication"
                | "token"
                | "authtoken"
                | "authorizationtoken"
                | "accesstoken"
                | "bearer"
                | "jwt"
        )
    };
    is_same
        || (!other.eq_ignore_ascii_case(name)
            && is_about_tokens(&other_plain)
            && is_about_tokens(&name_plain))
}
