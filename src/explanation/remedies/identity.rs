//! Remedies for 401 without an invocation: the identity sources and the validation expression.

use super::{
    Case, Remedy,
    sent::{is_valid, values_at},
    similar_name::is_similar,
};
use crate::{
    decision::DenialReason,
    identity::{IdentitySource, SourcePlace},
};

/// The place and the name of a source, if a client can send it.
pub(super) fn sent_by_client(source: &IdentitySource) -> Option<(SourcePlace, &str)> {
    let place = source.place();
    place.is_sent_by_client().then(|| (place, source.name()))
}

pub(super) fn under_another_name(case: &Case<'_>) -> Option<Remedy> {
    let source = case.absent()?.leading();
    let (place, name) = sent_by_client(source)?;
    let is_meant = |other: &str| {
        let is_header = place == SourcePlace::Header;
        is_similar(other, name) && !(is_header && other.eq_ignore_ascii_case(name))
    };
    let mut found = values_at(case, place).into_iter();
    let (other, _) =
        found.find(|(other, values)| is_meant(other) && is_valid(case, source, values))?;
    let own_source = format!("{}{other}", source.prefix());
    // Not every name that a client may send is allowed in an identity source.
    let or_configure = match own_source.parse::<IdentitySource>() {
        Ok(_) => format!(", or make `{own_source}` the identity source"),
        Err(_) => String::new(),
    };
    let what = place.noun();
    let case_counts = if place == SourcePlace::QueryParameter && other.eq_ignore_ascii_case(name) {
        " (names of query parameters are case-sensitive)"
    } else {
        ""
    };
    Some(Remedy::new(
        "identity-source-under-another-name",
        format!(
            "the request has no {what} `{name}`, but it has `{other}`{case_counts}: rename it{or_configure}"
        ),
    ))
}

pub(super) fn in_another_place(case: &Case<'_>) -> Option<Remedy> {
    let source = case.absent()?.leading();
    let (place, name) = sent_by_client(source)?;
    let places = [
        SourcePlace::Header,
        SourcePlace::QueryParameter,
        SourcePlace::Cookie,
    ];
    let is_it = |(other, values): (&String, &Vec<String>)| {
        other.eq_ignore_ascii_case(name) && is_valid(case, source, values)
    };
    let mut places = places.into_iter().filter(|there| *there != place);
    let there = places.find(|there| values_at(case, *there).iter().any(is_it))?;
    let (here, there) = (place.noun(), there.noun());
    Some(Remedy::new(
        "identity-source-in-another-place",
        format!(
            "`{name}` is expected as a {here}, but the request has it as a {there}: send it as a {here}, or change the \
             identity source"
        ),
    ))
}

pub(super) fn all_are_needed(case: &Case<'_>) -> Option<Remedy> {
    // If no client can send the source, one that a client has sent cannot take its place.
    sent_by_client(case.absent()?)?;
    let present = case.circumstances.with_request(|request| {
        let mut sources = case.circumstances.settings.kind.sources().iter();
        sources.find(|source| sent_by_client(source).is_some() && source.read(request).is_ok())
    })?;
    Some(Remedy::new(
        "all-identity-sources-are-needed",
        format!(
            "`{present}` is present, but all identity sources are required. If one of them is enough, combine them with \
             `IdentitySource::first_of`. API Gateway does not have that: there, configure no identity source, set the \
             result TTL to 0, and let the authorizer read the request"
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
            "programs may read different values from the cookie `{name}`: send it once, as `{name}=` and a value without \
             spaces, commas, backslashes or inner quotes, and no other cookie whose name differs only in case or \
             encoding. A browser sends a cookie twice if it was set for two paths or domains: delete one of them"
        ),
    ))
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
                "the expression must match the whole header value, and would accept the token without `Bearer `: begin \
                 the expression with `Bearer `, or have the client leave the prefix out",
            ),
            None if expression.accepts(&format!("Bearer {token}")) => Remedy::new(
                "bearer-prefix-missing",
                "the expression must match the whole header value, and requires `Bearer ` before the token: have the \
                 client send the prefix",
            ),
            _ => Remedy::new(
                "validation-expression",
                "the expression must match the whole header value from beginning to end, including `Bearer `: try it on \
                 one of your tokens",
            ),
        })
    })
}

pub(super) fn without_bearer(token: &str) -> Option<&str> {
    let (scheme, rest) = token.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(rest)
}
