//! Two readings of one template, of which either will do if they agree on who may call what.

use super::{authorizer_definition::AuthorizerDefinition, error::quoted, model::Definition};

impl Definition {
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
}
