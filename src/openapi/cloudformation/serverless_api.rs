//! `AWS::Serverless::Api` and `HttpApi`, and their `Globals`: authorizers, the default one, preflights.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use super::{
    dialect::Dialect,
    template::{Resource, Template},
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{API_KEY, Definition, IAM, Operation},
    node::Node,
};

/// What SAM sets on an API as a whole: its own properties, and then those of `Globals`.
pub(super) struct ServerlessApi<'d> {
    pub(super) dialect: &'static Dialect,
    auth: Vec<Node<'d>>,
    has_cors: bool,
}

/// Whether `Cors` adds OPTIONS operations. If that is not known, no operation is added that might be open.
fn makes_preflights(cors: &Node<'_>) -> bool {
    let is_nothing = |value: &Value| value.is_null() || value == &json!({"Ref": "AWS::NoValue"});
    match cors.function() {
        Some(("Fn::If", branches)) => !branches.as_array().into_iter().flatten().any(is_nothing),
        _ => !is_nothing(cors.value()),
    }
}

impl<'d> ServerlessApi<'d> {
    /// For an API that is not SAM's, nothing is set.
    pub(super) fn find(
        template: &Template<'d>,
        dialect: &'static Dialect,
        api: &str,
    ) -> Result<Self, DefinitionError> {
        let resource = template.resource(api);
        if resource.is_some_and(|resource| resource.kind != dialect.serverless) {
            return Ok(Self {
                dialect,
                auth: Vec::new(),
                has_cors: false,
            });
        }
        let own = resource.and_then(Resource::properties);
        let layers: Vec<_> = own
            .into_iter()
            .chain(template.globals(dialect.section))
            .collect();
        let auth: Vec<_> = layers
            .iter()
            .filter_map(|layer| layer.member("Auth"))
            .collect();
        for auth in &auth {
            auth.allow_members(dialect.auth_members)?;
        }
        let cors = layers.iter().find_map(|layer| layer.member("Cors"));
        let has_cors = cors.is_some_and(|cors| makes_preflights(&cors));
        Ok(Self {
            dialect,
            auth,
            has_cors,
        })
    }

    fn setting(&self, name: &'d str) -> Option<Node<'d>> {
        self.auth.iter().find_map(|auth| auth.member(name))
    }

    fn flag(&self, name: &'d str, default: bool) -> Result<bool, DefinitionError> {
        self.setting(name)
            .map_or(Ok(default), |node| node.boolean())
    }

    pub(super) fn add_authorizers(
        &self,
        definition: &mut Definition,
    ) -> Result<(), DefinitionError> {
        let mut own = BTreeSet::new();
        for authorizers in self
            .auth
            .iter()
            .filter_map(|auth| auth.member("Authorizers"))
        {
            for (name, authorizer) in authorizers.members()? {
                if !own.insert(name) {
                    return Err(authorizer.error(format!(
                        "the authorizer {} is in the API and in `Globals`; leave one",
                        quoted(name)
                    )));
                }
                let added = (self.dialect.authorizer)(definition, name, &authorizer);
                definition.keep(added);
            }
        }
        definition.has_resource_policy |= self.setting("ResourcePolicy").is_some();
        Ok(())
    }

    /// The schemes of an operation that names none. API keys of preflights are a matter of their own.
    pub(super) fn default_security(
        &self,
        definition: &mut Definition,
        method: Option<&Method>,
    ) -> Result<Vec<String>, DefinitionError> {
        let is_preflight = method == Some(&Method::OPTIONS);
        let mut names = Vec::new();
        let default_flag = self.flag(
            "AddDefaultAuthorizerToCorsPreflight",
            self.dialect.default_guards_options,
        )?;
        if !is_preflight || default_flag {
            names.extend(self.default_authorizer(definition)?);
        }
        let key_flag = self.flag("AddApiKeyRequiredToCorsPreflight", true)?;
        if self.flag("ApiKeyRequired", false)? && (!is_preflight || key_flag) {
            definition.add_api_key();
            names.push(API_KEY.into());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn default_authorizer(
        &self,
        definition: &mut Definition,
    ) -> Result<Option<String>, DefinitionError> {
        let Some(node) = self.setting("DefaultAuthorizer") else {
            return Ok(None);
        };
        match node.text()? {
            "NONE" => Ok(None),
            name => {
                if name == IAM {
                    definition.add_iam();
                }
                let names = [name.to_owned()];
                definition
                    .settle(&names)
                    .map_err(|problem| node.error(problem))?;
                Ok(Some(name.to_owned()))
            }
        }
    }

    fn settle(
        &self,
        definition: &Definition,
        names: &[String],
    ) -> Result<Option<String>, DefinitionError> {
        definition
            .settle(names)
            .map_err(|problem| match self.auth.first() {
                Some(auth) => auth.error(problem),
                None => DefinitionError::syntax(problem),
            })
    }

    /// What the default adds to an operation that names these schemes: an authorizer where none is among them (an
    /// API key is none), and the API key.
    pub(super) fn default_beside(
        &self,
        definition: &mut Definition,
        method: Option<&Method>,
        own: &[String],
    ) -> Result<Vec<String>, DefinitionError> {
        let mut names = self.default_security(definition, method)?;
        if !own.iter().all(|name| definition.is_api_key(name)) {
            names.retain(|name| name == API_KEY);
        }
        Ok(names)
    }

    /// Gives the operations of the `DefinitionBody` what the API's default adds to them.
    pub(super) fn guard_body(&self, definition: &mut Definition) -> Result<(), DefinitionError> {
        for index in 0..definition.operations.len() {
            let Some(operation) = definition.operations.get(index) else {
                break;
            };
            let method = operation.method.clone();
            let own = operation.security.clone().unwrap_or_default();
            let mut names = self.default_beside(definition, method.as_ref(), &own)?;
            if names.is_empty() {
                continue;
            }
            names.extend(own);
            names.sort_unstable();
            names.dedup();
            let authorizer = self.settle(definition, &names)?;
            if let Some(operation) = definition.operations.get_mut(index) {
                operation.authorizer = authorizer;
                operation.security = Some(names);
            }
        }
        Ok(())
    }

    /// Adds the OPTIONS method that `Cors` makes on each path that has none.
    pub(super) fn add_preflights(
        &self,
        definition: &mut Definition,
    ) -> Result<(), DefinitionError> {
        if !self.has_cors {
            return Ok(());
        }
        let answers_options = |operation: &&Operation| operation.method == Some(Method::OPTIONS);
        let operations = definition.operations.iter();
        let mut done: BTreeSet<_> = operations
            .filter(answers_options)
            .map(|operation| operation.path().to_owned())
            .collect();
        let names = self.default_security(definition, Some(&Method::OPTIONS))?;
        let authorizer = self.settle(definition, &names)?;
        let mut preflights = Vec::new();
        for operation in &definition.operations {
            if done.insert(operation.path().to_owned()) {
                preflights.push(Operation {
                    method: Some(Method::OPTIONS),
                    path: operation.path.clone(),
                    security: Some(names.clone()),
                    has_iam: false,
                    authorizer: authorizer.clone(),
                });
            }
        }
        definition.operations.extend(preflights);
        Ok(())
    }
}
