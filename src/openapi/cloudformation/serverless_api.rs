//! `AWS::Serverless::Api` and `HttpApi`, and their `Globals`: authorizers, and the default one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dialect::Dialect, event_security::authorizer_name, flag::flag, markers::API_KEY_IS_OFF,
    preflights::makes_preflights, serverless_defaults::Defaults, template::Template,
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::Definition,
    node::Node,
};
use http::Method;

/// What SAM sets on an API as a whole: its own properties, and then those of `Globals`.
pub(super) struct ServerlessApi<'d> {
    pub(super) dialect: &'static Dialect,
    pub(super) body: Body,
    auth: Vec<Node<'d>>,
    pub(super) has_cors: bool,
}

/// Where the API's document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// The API is not SAM's, which leaves it alone.
    NotOfSam,
    /// SAM makes it of the events.
    OfEvents,
    /// It is the `DefinitionBody`.
    Own,
    /// It is the `DefinitionBody`, with what SAM makes of the events in its place (`MergeDefinitions`).
    Merged,
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
                body: Body::NotOfSam,
                auth: Vec::new(),
                has_cors: false,
            });
        }
        let mut auth = template.settings(api, "Auth")?;
        auth.retain(|auth| !auth.value().is_null());
        for auth in &auth {
            auth.allow_members(dialect.auth_members)?;
        }
        let cors = template.setting(api, "Cors")?;
        let merges = match template.setting(api, "MergeDefinitions")? {
            Some(node) => dialect.can_merge && flag(&node)?,
            None => false,
        };
        let has_own = template.body(api, dialect)?.is_some();
        Ok(Self {
            dialect,
            body: match (has_own, merges) {
                (false, _) => Body::OfEvents,
                (true, false) => Body::Own,
                (true, true) => Body::Merged,
            },
            auth,
            has_cors: cors.is_some_and(|cors| makes_preflights(&cors)),
        })
    }

    fn setting(&self, name: &'d str) -> Option<Node<'d>> {
        self.auth.iter().find_map(|auth| auth.member(name))
    }

    fn flag(&self, name: &'d str, default: bool) -> Result<bool, DefinitionError> {
        self.setting(name).map_or(Ok(default), |node| flag(&node))
    }

    /// Whether `Authorizers` has this name.
    pub(super) fn has_authorizer(&self, name: &str) -> bool {
        let mut authorizers = self
            .auth
            .iter()
            .filter_map(|auth| auth.written("Authorizers"));
        authorizers.any(|authorizers| authorizers.written(name).is_some())
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

    /// The name of the default authorizer.
    pub(super) fn default_authorizer(
        &self,
        definition: &mut Definition,
    ) -> Result<Option<String>, DefinitionError> {
        let Some(node) = self.setting("DefaultAuthorizer") else {
            return Ok(None);
        };
        if node.value().is_null() {
            return Ok(None);
        }
        match node.text()? {
            "NONE" => Ok(None),
            _ => authorizer_name(definition, &node).map(Some),
        }
    }

    fn defaults(&self, definition: &mut Definition) -> Result<Defaults, DefinitionError> {
        let needs_api_key = self.flag("ApiKeyRequired", false)?;
        if needs_api_key {
            definition.add_api_key();
        }
        let authorizers = self
            .auth
            .iter()
            .filter_map(|auth| auth.member("Authorizers"));
        let names = authorizers.flat_map(|node| {
            let names: Vec<_> = node
                .each_member()
                .map(|(name, _)| name.to_owned())
                .collect();
            names
        });
        let schemes = definition.other_schemes.iter();
        let api_keys = schemes.filter(|(_, scheme)| scheme.is_api_key);
        Ok(Defaults {
            authorizers: names.collect(),
            api_keys: api_keys.map(|(name, _)| name.clone()).collect(),
            authorizer: self.default_authorizer(definition)?,
            guards_preflights: self.flag("AddDefaultAuthorizerToCorsPreflight", true)?,
            needs_api_key,
            preflights_need_api_key: self.flag("AddApiKeyRequiredToCorsPreflight", true)?,
        })
    }

    /// Gives all operations what the API's default adds to them. `events` are those that operations come from.
    pub(super) fn guard(
        &self,
        definition: &mut Definition,
        events: &BTreeMap<usize, Node<'d>>,
    ) -> Result<(), DefinitionError> {
        if self.body == Body::NotOfSam {
            return Ok(());
        }
        let defaults = self.defaults(definition)?;
        for index in 0..definition.operations.len() {
            let Some(operation) = definition.operations.get(index) else {
                break;
            };
            // SAM adds nothing to an operation without an integration. Here it does, unless that would take the root's
            // security away.
            let has_root = !definition.root_security.is_empty() && operation.security.is_none();
            if has_root && !operation.has_integration {
                continue;
            }
            let is_preflight = operation.method == Some(Method::OPTIONS);
            let own = operation.security.clone();
            let mut names = (self.dialect.apply_defaults)(&defaults, is_preflight, own);
            if let Some(names) = &mut names {
                names.retain(|name| name != API_KEY_IS_OFF);
                names.sort_unstable();
                names.dedup();
            }
            let settled = definition.settle(names.as_deref().unwrap_or_default());
            let place = events.get(&index).or(self.auth.first());
            let settled = settled.map_err(|problem| match place {
                Some(node) => node.error(problem),
                None => DefinitionError::syntax(problem),
            });
            let authorizer = definition.keep(settled).flatten();
            if let Some(operation) = definition.operations.get_mut(index) {
                operation.authorizer = authorizer;
                operation.security = names;
            }
        }
        Ok(())
    }
}
