//! A request's query parameters, each name once.

use std::{borrow::Cow, collections::HashMap};

use super::ordered_map::OrderedMap;
use crate::authorizer::AuthorizerRequest;

/// All values of each name, in the order of their first occurrence. Linear in the length of the query.
pub(super) fn all(request: &AuthorizerRequest) -> OrderedMap<Cow<'_, str>, Vec<Cow<'_, str>>> {
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut parameters: Vec<(Cow<'_, str>, Vec<Cow<'_, str>>)> = Vec::new();
    for (name, value) in request.query_parameters() {
        let next = parameters.len();
        let place = *places.entry(name.clone()).or_insert(next);
        match parameters.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => parameters.push((name, vec![value])),
        }
    }
    OrderedMap(parameters)
}

/// The last value of each name.
pub(super) fn last(request: &AuthorizerRequest) -> OrderedMap<Cow<'_, str>, Cow<'_, str>> {
    let parameters = all(request).0.into_iter();
    parameters
        .map(|(name, mut values)| (name, values.pop().unwrap_or_default()))
        .collect()
}

/// The values of each name, joined by commas.
pub(super) fn joined(request: &AuthorizerRequest) -> OrderedMap<Cow<'_, str>, String> {
    let parameters = all(request).0.into_iter();
    parameters
        .map(|(name, values)| (name, values.join(",")))
        .collect()
}
