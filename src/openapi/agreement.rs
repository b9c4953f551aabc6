//! Compares two readings of one template. Either reading will do if they agree on who may call what.

use super::{
    authorizer_definition::AuthorizerDefinition, function_target::FunctionTarget,
    model::Definition, operation::Operation, quoting::quoted,
};

impl Definition {
    /// The first difference in who may call what. `None`: the readings agree.
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
            // An operation with a scheme that is not defined is reported by its name.
            schemes
                .filter(|(_, scheme)| !scheme.is_undefined())
                .map(|(name, scheme)| (name.clone(), scheme.kind.clone()))
                .collect()
        };
        if kinds(self) != kinds(other) {
            return Some("the security schemes".into());
        }
        self.differing_operation(other)
            .map(|operation| quoted(&operation.to_string()))
    }

    /// The first operation that only one has, or that the two have with different schemes.
    fn differing_operation<'d>(&'d self, other: &'d Self) -> Option<&'d Operation> {
        // Both lists are sorted.
        let (mut own, mut others) = (self.operations.iter(), other.operations.iter());
        loop {
            match (own.next(), others.next()) {
                (Some(own), Some(other)) if own == other => {}
                (Some(own), Some(other)) if own.order() <= other.order() => return Some(own),
                (_, Some(other)) => return Some(other),
                (own, None) => return own,
            }
        }
    }

    /// Combines two readings that agree.
    #[must_use]
    pub(super) fn or(mut self, other: Self) -> Self {
        self.has_resource_policy |= other.has_resource_policy;
        self.is_private |= other.is_private;
        self.has_keys_of_authorizers |= other.has_keys_of_authorizers;
        self.cors = self.cors.or(other.cors);
        // It depends on an unknown condition, so it is not known.
        self.stage_name = self
            .stage_name
            .filter(|name| other.stage_name.as_ref() == Some(name));
        for (name, authorizer) in &mut self.authorizers {
            let other = other.authorizers.get(name);
            // The function depends on an unknown condition, so it is not known.
            if other.is_none_or(|other| other.function != authorizer.function) {
                authorizer.function = FunctionTarget::default();
            }
        }
        if self.gateway_responses != other.gateway_responses {
            self.notes.push(
                "the gateway responses depend on conditions that are not known; the layer uses the responses for the \
                 case that the conditions are true"
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
