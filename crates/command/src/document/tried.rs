//! Whether a document describes an API that can be guarded, whoever its authorizers are.

use std::collections::BTreeSet;

use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerResponse, BoxAuthorizer, authorizer_fn,
    openapi::{ApiDefinition, ApiReport, DefinitionError, ReportedOperation, ReportedScheme},
};

/// Builds a layer only to find the mistakes that this finds, such as operations that cannot be told apart.
pub(crate) fn try_layer(
    mut definition: ApiDefinition,
    report: &ApiReport,
) -> Result<(), DefinitionError> {
    let operations = report.operations().iter();
    let names: BTreeSet<_> = operations
        .clone()
        .filter_map(|it| it.authorizer())
        .collect();
    let others: BTreeSet<_> = operations
        .flat_map(ReportedOperation::other_schemes)
        .map(ReportedScheme::name)
        .collect();
    for name in names {
        definition = definition.authorizer(name, nobody())?;
    }
    for scheme in others {
        definition = definition.leave_unchecked(scheme)?;
    }
    definition.into_layer().map(drop)
}

/// An authorizer for a layer that is only looked at.
pub(crate) fn nobody() -> BoxAuthorizer {
    BoxAuthorizer::new(authorizer_fn(|_| async {
        Err::<AuthorizerResponse, _>(AuthorizerError::new("nobody is asked"))
    }))
}
