//! The type of a document's API: a feature that only one type has tells it, or the application.

use std::fmt;

use super::{error::DefinitionError, node::Node};
use crate::{api::WholeApi, api_type::ApiType};

/// What is known about the type.
#[derive(Clone, Default)]
pub(super) struct KnownApi {
    feature: Option<Feature>,
    /// The type that the application has set.
    set: Option<&'static WholeApi>,
}

/// The first feature of the document that only one type of API has.
#[derive(Clone)]
struct Feature {
    api: &'static WholeApi,
    place: String,
}

impl KnownApi {
    /// Records a feature that only this type of API has.
    ///
    /// # Errors
    ///
    /// The document has a feature that only another type has.
    pub(super) fn note(
        &mut self,
        api: &'static WholeApi,
        node: &Node<'_>,
    ) -> Result<(), DefinitionError> {
        let place = || node.place().to_string();
        let feature = self.feature.get_or_insert_with(|| Feature {
            api,
            place: place(),
        });
        let (earlier, this) = (feature.api.api_type(), api.api_type());
        if earlier == this {
            return Ok(());
        }
        Err(node.error(format!(
            "only {this} can have this, and only {earlier} can have what is at `{}`; remove one of the two",
            feature.place
        )))
    }

    /// Sets the type, which the application knows.
    ///
    /// # Errors
    ///
    /// The document describes another type, or no document can describe this type.
    pub(super) fn set(&mut self, api_type: ApiType) -> Result<(), DefinitionError> {
        let wrong = |problem: String| DefinitionError::ApiType { api_type, problem };
        let Some(api) = WholeApi::of(api_type) else {
            return Err(wrong(
                "only REST and HTTP APIs have documents; guard its handshakes with `LambdaAuthorizerLayer::websocket_api`"
                    .into(),
            ));
        };
        if let Some(feature) = self
            .feature
            .as_ref()
            .filter(|feature| feature.api.api_type() != api_type)
        {
            let found = feature.api.api_type();
            return Err(wrong(format!(
                "only {found} can have what is at `{}`",
                feature.place
            )));
        }
        self.set = Some(api);
        Ok(())
    }

    /// A REST API if nothing is known. An HTTP API is recognised by the payload format of its Lambda authorizers.
    pub(super) fn api(&self) -> &'static WholeApi {
        let feature = self.feature.as_ref().map(|feature| feature.api);
        feature.or(self.set).unwrap_or_else(WholeApi::rest)
    }
}

/// The place is left out: definitions from different documents may be the same.
impl fmt::Debug for KnownApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.api().api_type())
    }
}
