//! The type of a document's API, which the features that only one type has tell.

use std::fmt;

use super::{error::DefinitionError, node::Node};
use crate::{api::WholeApi, api_type::ApiType};

/// What is known about the type.
#[derive(Clone, Default)]
pub(super) struct KnownApi {
    sign: Option<Sign>,
    told: Option<&'static WholeApi>,
}

/// The first feature of the document that only one type of API has.
#[derive(Clone)]
struct Sign {
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
        let sign = self.sign.get_or_insert_with(|| Sign {
            api,
            place: place(),
        });
        let (earlier, this) = (sign.api.api_type(), api.api_type());
        if earlier == this {
            return Ok(());
        }
        Err(node.error(format!(
            "only {this} can have this, and only {earlier} can have what is at `{}`; remove one of the two",
            sign.place
        )))
    }

    /// Sets the type, which the application knows.
    ///
    /// # Errors
    ///
    /// The document describes another type, or no document can describe this type.
    pub(super) fn tell(&mut self, api_type: ApiType) -> Result<(), DefinitionError> {
        let wrong = |problem: String| DefinitionError::ApiType { api_type, problem };
        let Some(api) = WholeApi::of(api_type) else {
            return Err(wrong(
                "only REST and HTTP APIs have documents; guard its handshakes with `LambdaAuthorizerLayer::websocket`"
                    .into(),
            ));
        };
        if let Some(sign) = self
            .sign
            .as_ref()
            .filter(|sign| sign.api.api_type() != api_type)
        {
            let found = sign.api.api_type();
            return Err(wrong(format!(
                "only {found} can have what is at `{}`",
                sign.place
            )));
        }
        self.told = Some(api);
        Ok(())
    }

    /// A REST API if nothing is known. An HTTP API is recognised by the payload format of its Lambda authorizers.
    pub(super) fn api(&self) -> &'static WholeApi {
        let sign = self.sign.as_ref().map(|sign| sign.api);
        sign.or(self.told).unwrap_or_else(WholeApi::rest)
    }
}

/// The place is left out: definitions from different documents may be the same.
impl fmt::Debug for KnownApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.api().api_type())
    }
}
