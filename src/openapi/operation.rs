//! Operations: the methods of resources, and what guards them.

use std::fmt;

use http::Method;

use super::routing::PathTemplate;

/// A method of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// `None` is `ANY`.
    pub(super) method: Option<Method>,
    pub(super) path: PathTemplate,
    /// The names of the security schemes. `None`: the document does not say.
    pub(super) security: Option<Vec<String>>,
    /// Whether `x-amazon-apigateway-auth` requires IAM, until IAM is added to the names.
    pub(super) has_iam: bool,
    /// Whether it has an integration. SAM adds its defaults only to operations that have one.
    pub(super) has_integration: bool,
    /// The name of its authorizer, when it is known.
    pub(super) authorizer: Option<String>,
}

impl Operation {
    /// An operation without any schemes yet.
    pub(super) fn new(method: Option<Method>, path: PathTemplate) -> Self {
        Self {
            method,
            path,
            security: None,
            has_iam: false,
            has_integration: true,
            authorizer: None,
        }
    }

    /// An operation with these schemes, one of which may be its authorizer.
    pub(super) fn guarded(
        method: Option<Method>,
        path: PathTemplate,
        schemes: Vec<String>,
        authorizer: Option<String>,
    ) -> Self {
        Self {
            security: Some(schemes),
            authorizer,
            ..Self::new(method, path)
        }
    }

    /// The method: `GET`, or `ANY`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// The resource, such as `/pets/{petId}`; `/$default` is an HTTP API's default route.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The sort key. `ANY` comes last in its path.
    pub(super) fn order(&self) -> (String, bool, String) {
        (
            self.path().to_owned(),
            self.method.is_none(),
            self.method().to_owned(),
        )
    }

    /// The name of the authorizer that guards it. If it is `None`, requests are let through without an authorizer.
    #[must_use]
    pub fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_deref()
    }
}

/// The method and the resource, as in an HTTP API's route key: `GET /pets/{petId}`, `ANY /{proxy+}`, `$default`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_default_route() {
            return f.write_str(self.path.resource());
        }
        write!(f, "{} {}", self.method(), self.path())
    }
}
