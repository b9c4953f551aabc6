//! The defaults of SAM's `Auth`, applied to an API's operations.

use std::collections::BTreeMap;

use http::Method;

use super::{
    markers::API_KEY_IS_OFF,
    serverless_api::{Body, ServerlessApi},
    serverless_defaults::Defaults,
};
use crate::openapi::{error::DefinitionError, model::Definition, node::Node};

impl<'d> ServerlessApi<'d> {
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

    /// Adds the API's defaults to all operations. `events` are the origins of the operations.
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
            // SAM adds nothing to an operation without an integration. Here the defaults apply anyway, unless they
            // would replace the root's security.
            let has_root = !definition.root_security.is_empty() && operation.security.is_none();
            if has_root && !operation.has_integration {
                continue;
            }
            let is_preflight = operation.method == Some(Method::OPTIONS);
            let own = operation.security.clone();
            let mut names = defaults.apply(self.dialect.kind, is_preflight, own);
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
