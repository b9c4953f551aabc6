//! What the authorizer said about the caller, for Envoy's other filters and its access log.

use envoy_types::pb::google::protobuf::{Struct, Value, value::Kind};
use tower_lambda_authorizer::AuthorizerContext;

/// The principal and the context, with text as values, as in `$context.authorizer`. The usage identifier key is a
/// credential, so it is left out.
pub(super) fn of(caller: &AuthorizerContext) -> Struct {
    let context = caller
        .iter()
        .map(|(key, text)| (key.to_owned(), string(text)));
    let context = Struct {
        fields: context.collect(),
    };
    let principal = caller
        .principal_id()
        .map(|id| ("principalId".to_owned(), string(id)));
    let context = ("context".to_owned(), value(Kind::StructValue(context)));
    Struct {
        fields: principal.into_iter().chain([context]).collect(),
    }
}

fn string(text: &str) -> Value {
    value(Kind::StringValue(text.to_owned()))
}

fn value(kind: Kind) -> Value {
    Value { kind: Some(kind) }
}
