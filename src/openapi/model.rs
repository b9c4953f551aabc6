//! What a document says, whatever its format: authorizers, operations, gateway responses.

use std::{collections::BTreeMap, fmt};

use http::Method;
use serde_json::{Value, json};

pub use super::authorizer_definition::{AuthorizerDefinition, AuthorizerType};
pub(super) use super::other_scheme::OtherScheme;
use super::{
    error::{DefinitionError, quoted, quoted_list},
    known_api::KnownApi,
    known_part::known_part,
    node::Node,
    routing::PathTemplate,
};
use crate::api::WholeApi;

/// Everything that is read from a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Definition {
    pub(super) title: String,
    pub(super) known_api: KnownApi,
    pub(super) authorizers: BTreeMap<String, AuthorizerDefinition>,
    /// Security schemes that are no Lambda authorizers.
    pub(super) other_schemes: BTreeMap<String, OtherScheme>,
    pub(super) operations: Vec<Operation>,
    /// The schemes of a root-level `security`, until the operations have them.
    pub(super) root_security: Vec<String>,
    /// As written; the definition takes it out and parses it.
    pub(super) gateway_responses: Option<Value>,
    /// Whether there is a resource policy, which is not evaluated.
    pub(super) has_resource_policy: bool,
    /// Whether the API can be reached from certain networks only.
    pub(super) is_private: bool,
    /// Whether the API key of a request is the one that its authorizer answers with.
    pub(super) has_keys_of_authorizers: bool,
    /// As written: what an HTTP API answers to preflights, which is not done here.
    pub(super) cors: Option<Value>,
    /// What else the user has to be told.
    pub(super) notes: Vec<String>,
    /// What is wrong with parts that others do not depend on, so that all of it is told at once.
    pub(super) errors: Vec<DefinitionError>,
}

/// The name among the schemes of what `x-amazon-apigateway-auth: {type: AWS_IAM}` and CloudFormation's
/// `AWS_IAM` ask for.
pub(super) const IAM: &str = "AWS_IAM";

/// The name that SAM leaves among an operation's schemes to say that it has no authorizer.
pub(super) const NONE: &str = "NONE";

/// The name among the schemes of what CloudFormation's `ApiKeyRequired` asks for, as SAM has it.
pub(super) const API_KEY: &str = "api_key";

/// A method of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// None is `ANY`.
    pub(super) method: Option<Method>,
    pub(super) path: PathTemplate,
    /// The names of the security schemes. None where the document says nothing about this operation.
    pub(super) security: Option<Vec<String>>,
    /// Whether `x-amazon-apigateway-auth` asks for IAM, until that is among the names.
    pub(super) has_iam: bool,
    /// Whether it has an integration, as everything has that SAM adds its defaults to.
    pub(super) has_integration: bool,
    /// The name of its authorizer, once that is settled.
    pub(super) authorizer: Option<String>,
}

impl Operation {
    /// Nothing is said of it yet.
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

    /// `ANY` is the last of a path's members, `x-amazon-apigateway-any-method`.
    fn order(&self) -> (String, bool, String) {
        (
            self.path().to_owned(),
            self.method.is_none(),
            self.method().to_owned(),
        )
    }

    /// The name of the authorizer that guards it. None: it is let through without one.
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

/// The most errors that are told at once.
const MAX_ERRORS: usize = 100;

/// The most parts of gateway responses that have a note each.
const MAX_LEFT_OUT: usize = 20;

impl Definition {
    /// What has been read of a part; or its error is kept, and the next part can be read.
    pub(super) fn keep<T>(&mut self, read: Result<T, DefinitionError>) -> Option<T> {
        match read {
            Ok(part) => Some(part),
            Err(error) => {
                // Parts may depend on the same mistake.
                if self.errors.len() < MAX_ERRORS && !self.errors.contains(&error) {
                    self.errors.push(error);
                }
                None
            }
        }
    }

    /// All errors so far as one.
    pub(super) fn check(&mut self) -> Result<(), DefinitionError> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(DefinitionError::all(std::mem::take(&mut self.errors))),
        }
    }

    /// Where two readings of a template differ in who may call what. None: nowhere.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.api().api_type() != other.api().api_type() {
            return Some("the type of the API".into());
        }
        let authorizers = self.authorizers.keys().chain(other.authorizers.keys());
        let mut names = authorizers.filter(|name| {
            let of = |definition: &Self| {
                let authorizer = definition.authorizers.get(*name);
                authorizer.map(AuthorizerDefinition::settings)
            };
            of(self) != of(other)
        });
        if let Some(name) = names.next() {
            return Some(format!("the authorizer {}", quoted(name)));
        }
        let kinds = |definition: &Self| -> Vec<_> {
            let schemes = definition.other_schemes.iter();
            // An operation is told by name if it has a scheme that is not defined.
            schemes
                .filter(|(_, scheme)| !scheme.is_undefined())
                .map(|(name, scheme)| (name.clone(), scheme.kind.clone()))
                .collect()
        };
        if kinds(self) != kinds(other) {
            return Some("the security schemes".into());
        }
        // Both are sorted, so that the first difference is an operation that only one has, or has otherwise.
        let (mut of_one, mut of_other) = (self.operations.iter(), other.operations.iter());
        loop {
            let operation = match (of_one.next(), of_other.next()) {
                (Some(one), Some(other)) if one == other => continue,
                (Some(one), Some(other)) => match one.order() <= other.order() {
                    true => one,
                    false => other,
                },
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => return None,
            };
            return Some(quoted(&operation.to_string()));
        }
    }

    /// One of two readings that do not differ, with what has to be said of either.
    #[must_use]
    pub(super) fn or(mut self, other: Self) -> Self {
        self.has_resource_policy |= other.has_resource_policy;
        self.is_private |= other.is_private;
        self.has_keys_of_authorizers |= other.has_keys_of_authorizers;
        self.cors = self.cors.or(other.cors);
        if self.gateway_responses != other.gateway_responses {
            self.notes.push(
                "the gateway responses depend on conditions that are not known; those are answered which hold if the \
                 conditions are true"
                    .into(),
            );
        }
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self
    }

    /// Says which parameters have the template's own values.
    pub(super) fn add_defaults(&mut self, defaults: &BTreeMap<String, String>) {
        if defaults.is_empty() {
            return;
        }
        let defaults = defaults
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let defaults: Vec<_> = defaults.collect();
        self.notes.push(format!(
            "conditions ask about parameters of which no value is given, so that they have the template's defaults: \
             {}; if the stack is deployed with others, say so with `Template::parameter`",
            quoted_list(&defaults)
        ));
    }

    /// The type of API, as far as it matters.
    pub(super) fn api(&self) -> &'static WholeApi {
        self.known_api.api()
    }

    /// Settles what could not be settled while others were being read: operations without a security of their own have
    /// the root's, and the markers are gone.
    pub(super) fn finish(&mut self) {
        let root = std::mem::take(&mut self.root_security);
        let authorizer = root
            .iter()
            .find(|name| self.authorizers.contains_key(*name));
        let is_scheme = |name: &String| {
            self.authorizers.contains_key(name) || self.other_schemes.contains_key(name)
        };
        for operation in &mut self.operations {
            if operation.security.is_none() && !root.is_empty() {
                operation.authorizer = authorizer.cloned();
                operation.security = Some(root.clone());
            }
            operation.has_integration = true;
            if std::mem::take(&mut operation.has_iam) {
                let names: &mut Vec<String> = operation.security.get_or_insert_default();
                names.push(IAM.into());
                names.sort_unstable();
                names.dedup();
            }
            if let Some(names) = &mut operation.security {
                names.retain(is_scheme);
            }
        }
    }

    /// In the order that a document's members are read in.
    pub(super) fn sort_operations(&mut self) {
        self.operations.sort_by_cached_key(Operation::order);
    }

    pub(super) fn add_iam(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4"});
        self.add_scheme(IAM, OtherScheme::iam(scheme));
    }

    pub(super) fn add_api_key(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        self.add_scheme(API_KEY, OtherScheme::api_key(scheme));
    }

    /// Adds a scheme unless the document has one of the name.
    fn add_scheme(&mut self, name: &str, scheme: OtherScheme) {
        let own = self.other_schemes.get(name);
        if own.is_none_or(OtherScheme::is_undefined) {
            self.other_schemes.insert(name.to_owned(), scheme);
        }
    }

    /// Gateway responses without what is not known of them: they do not decide who may call what.
    pub(super) fn known_responses(&mut self, node: &Node<'_>) -> Option<Value> {
        let mut left_out = Vec::new();
        let known = known_part(node, &mut left_out);
        for place in left_out.iter().take(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "the part of a gateway response at `{place}` is left out: it depends on a function whose value is not known"
            ));
        }
        if let Some(more @ 1..) = left_out.len().checked_sub(MAX_LEFT_OUT) {
            self.notes.push(format!(
                "{more} more parts of gateway responses are left out"
            ));
        }
        known
    }

    /// Notes mutual TLS.
    pub(super) fn note_certificate(&mut self) {
        let note = "the API's domain asks clients for a certificate, which is not done here; let the TLS server ask for it";
        if !self.notes.iter().any(|it| it == note) {
            self.notes.push(note.into());
        }
    }

    /// Notes members that SAM drops without a word.
    pub(super) fn note_dropped(
        &mut self,
        node: &Node<'_>,
        known: &[&str],
    ) -> Result<(), DefinitionError> {
        for (name, _) in node.members()?.filter(|(name, _)| !known.contains(name)) {
            self.notes.push(format!(
                "SAM drops the member {} at `{}`: it does not know it there",
                quoted(name),
                node.place()
            ));
        }
        Ok(())
    }

    /// The one authorizer among the schemes that a document's `security` names. A name that is not defined is one that
    /// something else has to check, since AWS deploys such documents.
    pub(super) fn settle_document(&mut self, names: &[String]) -> Result<Option<String>, String> {
        for name in self.undefined(names) {
            self.other_schemes.insert(name, OtherScheme::undefined());
        }
        self.settle(names)
    }

    /// The one authorizer among an operation's schemes. The error says what is wrong.
    pub(super) fn settle(&self, names: &[String]) -> Result<Option<String>, String> {
        let undefined = self.undefined(names);
        if !undefined.is_empty() {
            return Err(format!(
                "{} is no security scheme of this document; its schemes are {}",
                quoted_list(&undefined),
                self.known_schemes()
            ));
        }
        let is_authorizer = |name: &&String| self.authorizers.contains_key(*name);
        let authorizers: Vec<_> = names.iter().filter(is_authorizer).collect();
        match &*authorizers {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            _ => Err(format!(
                "API Gateway has one authorizer for a method, and {} are named here; leave one",
                quoted_list(&authorizers)
            )),
        }
    }

    fn undefined(&self, names: &[String]) -> Vec<String> {
        let is_known = |name: &String| {
            name == NONE
                || self.authorizers.contains_key(name)
                || self.other_schemes.contains_key(name)
        };
        let undefined = names.iter().filter(|name| !is_known(name));
        undefined.cloned().collect()
    }

    /// The schemes that the document defines, for messages.
    pub(super) fn known_schemes(&self) -> String {
        let others = self.other_schemes.iter();
        let others = others.filter(|(_, scheme)| !scheme.is_undefined());
        let names = self.authorizers.keys().chain(others.map(|(name, _)| name));
        let names: Vec<_> = names.collect();
        match names.is_empty() {
            true => "none".to_owned(),
            false => quoted_list(&names),
        }
    }
}
