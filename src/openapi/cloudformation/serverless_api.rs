//! `AWS::Serverless::Api` and `HttpApi` with their `Globals`: authorizers, and the default one.

use std::collections::BTreeSet;

use super::{
    cors::makes_preflights,
    dialect::Dialect,
    flag::flag,
    markers::{API_KEY_IS_OFF, NONE, authorizer_name},
    serverless_authorizer,
    template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    model::{API_KEY, Definition},
    node::Node,
    quoting::quoted,
};

/// The settings of SAM for a whole API: the API's own properties, followed by those of `Globals`.
pub(super) struct ServerlessApi<'d> {
    pub(super) dialect: &'static Dialect,
    pub(super) body: Body,
    pub(super) auth: Vec<Node<'d>>,
    pub(super) has_cors: bool,
}

/// The origin of the API's document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// The API is not a SAM resource, and SAM does not change it.
    NotOfSam,
    /// SAM creates it from the events.
    OfEvents,
    /// It is the `DefinitionBody`.
    Own,
    /// It is the `DefinitionBody`. Operations that SAM creates from events replace those of the body
    /// (`MergeDefinitions`).
    Merged,
}

impl<'d> ServerlessApi<'d> {
    /// Reads the settings. An API that is not a SAM resource has none.
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

    pub(super) fn flag(&self, name: &'d str, default: bool) -> Result<bool, DefinitionError> {
        self.setting(name).map_or(Ok(default), |node| flag(&node))
    }

    /// Whether `Authorizers` has this name.
    fn has_authorizer(&self, name: &str) -> bool {
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
                        "the authorizer {} is defined in the API and in `Globals`; keep one",
                        quoted(name)
                    )));
                }
                let added = serverless_authorizer::add_authorizer(
                    definition,
                    self.dialect,
                    name,
                    &authorizer,
                );
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

    /// Refuses schemes that have the name of a marker. SAM cannot tell them apart, and would turn off what the scheme
    /// turns on.
    pub(super) fn check_scheme_names(
        &self,
        definition: &Definition,
        api: &Node<'_>,
    ) -> Result<(), DefinitionError> {
        if self.body == Body::NotOfSam {
            return Ok(());
        }
        let is_scheme = |name: &&str| {
            definition.authorizers.contains_key(*name)
                || definition.other_schemes.contains_key(*name)
        };
        let taken = [NONE, API_KEY_IS_OFF].into_iter().find(is_scheme);
        let is_key = |name: &&str| self.has_authorizer(name);
        match taken.or_else(|| Some(API_KEY).filter(is_key)) {
            None => Ok(()),
            Some(name) => Err(api.error(format!(
                "SAM gives the name {} another meaning than this security scheme; rename the scheme",
                quoted(name)
            ))),
        }
    }
}
