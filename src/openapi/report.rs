//! A report of the whole API, to be checked before the layer is used.

mod table;

use serde::Serialize;

use super::{definition::ApiDefinition, model::Operation, routing::UnknownRoutes};

/// Each operation of an API with what guards it. [`ApiDefinition::report`] creates it.
///
/// `Display` writes a table, and serde writes JSON for programs. [`ApiDefinition::report`] has an example of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiReport {
    api_type: String,
    operations: Vec<ReportedOperation>,
    unknown_routes: &'static str,
    notes: Vec<String>,
}

/// An operation in an [`ApiReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedOperation {
    operation: String,
    method: String,
    path: String,
    guarding: Guarding,
    authorizer: Option<String>,
    other_schemes: Vec<ReportedScheme>,
}

/// A scheme of an operation that is not a Lambda authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedScheme {
    name: String,
    kind: String,
    left_unchecked: bool,
}

/// What guards an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Guarding {
    /// Nothing: anyone may call it.
    Open,
    /// A Lambda authorizer. Something else has to check the other schemes of the operation, if there are any.
    Guarded,
    /// Only something else: the operation has schemes, and none of them is a Lambda authorizer.
    CheckedElsewhere,
}

impl ApiDefinition {
    /// Reports each operation with its authorizer, its other schemes and what guards it, what happens to requests for
    /// other operations, and the [notes](Self::notes).
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::{ApiDefinition, Guarding};
    ///
    /// let report = ApiDefinition::from_openapi(r#"
    /// openapi: 3.0.1
    /// paths:
    ///   /pets:
    ///     get: {}
    ///     post: {security: [{tokens: [], key: []}]}
    ///     delete: {security: [{people: []}]}
    /// components:
    ///   securitySchemes:
    ///     key: {type: apiKey, in: header, name: x-api-key}
    ///     tokens: {type: apiKey, in: header, name: auth, x-amazon-apigateway-authorizer: {type: token}}
    ///     people:
    ///       type: apiKey
    ///       in: header
    ///       name: auth
    ///       x-amazon-apigateway-authorizer: {type: cognito_user_pools}
    /// "#)?
    /// .report();
    /// assert_eq!(
    ///     report.to_string(),
    ///     "\
    /// a REST API with 3 operations: 1 open, 1 guarded here, 1 to be checked elsewhere
    ///
    /// operation     authorizer  other schemes                            guarding
    /// DELETE /pets  -           people (a Cognito user pool authorizer)  to be checked elsewhere
    /// GET /pets     -           -                                        OPEN
    /// POST /pets    tokens      key (an API key)                         guarded here, but `key` is to be checked elsewhere
    ///
    /// all other requests are refused
    /// "
    /// );
    /// assert_eq!(report.operations()[0].guarding(), Guarding::CheckedElsewhere);
    ///
    /// let json = serde_json::to_value(&report)?;
    /// assert_eq!(json["apiType"], "a REST API");
    /// assert_eq!(json["unknownRoutes"], "refused");
    /// assert_eq!(
    ///     json["operations"][2],
    ///     serde_json::json!({
    ///         "operation": "POST /pets",
    ///         "method": "POST",
    ///         "path": "/pets",
    ///         "guarding": "guarded",
    ///         "authorizer": "tokens",
    ///         "otherSchemes": [{"name": "key", "kind": "an API key", "leftUnchecked": false}],
    ///     })
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn report(&self) -> ApiReport {
        let mut operations: Vec<_> = self
            .operations()
            .map(|operation| self.report_on(operation))
            .collect();
        let key = |it: &ReportedOperation| (it.path.clone(), it.method.clone());
        operations.sort_by_cached_key(key);
        ApiReport {
            api_type: self.api_type().to_string(),
            operations,
            unknown_routes: match self.unknown_routes {
                UnknownRoutes::Refuse => "refused",
                UnknownRoutes::PassOn => "let through, without any authorizer",
            },
            notes: self.notes(),
        }
    }

    fn report_on(&self, operation: &Operation) -> ReportedOperation {
        let names = operation.security.iter().flatten();
        let others = names.filter(|name| operation.authorizer.as_ref() != Some(*name));
        let other_schemes: Vec<_> = others
            .map(|name| ReportedScheme {
                name: name.clone(),
                kind: match self.definition.other_schemes.get(name) {
                    Some(scheme) => scheme.kind.clone(),
                    None => "not defined".into(),
                },
                left_unchecked: self.left_unchecked.contains(name),
            })
            .collect();
        ReportedOperation {
            operation: operation.to_string(),
            method: operation.method().to_owned(),
            path: operation.path().to_owned(),
            guarding: match (&operation.authorizer, &*other_schemes) {
                (Some(_), _) => Guarding::Guarded,
                (None, []) => Guarding::Open,
                (None, _) => Guarding::CheckedElsewhere,
            },
            authorizer: operation.authorizer.clone(),
            other_schemes,
        }
    }
}

impl ApiReport {
    /// The operations, sorted by path and method.
    #[must_use]
    pub fn operations(&self) -> &[ReportedOperation] {
        &self.operations
    }

    /// The [notes](ApiDefinition::notes).
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl ReportedOperation {
    /// The method: `GET`, or `ANY`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The resource, such as `/pets/{petId}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What guards it.
    #[must_use]
    pub fn guarding(&self) -> Guarding {
        self.guarding
    }

    /// The name of its Lambda authorizer.
    #[must_use]
    pub fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_deref()
    }

    /// Its other schemes.
    #[must_use]
    pub fn other_schemes(&self) -> &[ReportedScheme] {
        &self.other_schemes
    }
}

impl ReportedScheme {
    /// Its name in the document.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A description: `an API key`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether [`ApiDefinition::leave_unchecked`] names it.
    #[must_use]
    pub fn is_left_unchecked(&self) -> bool {
        self.left_unchecked
    }
}
