//! Which type of API a document is of. What only one type has says so, and a document has one type.

use std::fmt;

use super::{error::DefinitionError, node::Node};
use crate::{api::WholeApi, api_type::ApiType};

/// What is known of the type.
#[derive(Clone, Default)]
pub(super) struct KnownApi {
    sign: Option<Sign>,
    told: Option<&'static WholeApi>,
}

/// The first thing in the document that only one type of API has.
#[derive(Clone)]
struct Sign {
    api: &'static WholeApi,
    place: String,
}

impl KnownApi {
    /// Notes something that only this type of API has.
    ///
    /// # Errors
    ///
    /// The document has something that only another type has.
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
            "only {this} has this, and only {earlier} has what is at `{}`; a document is of one API, so leave \
             one of the two",
            sign.place
        )))
    }

    /// The application says what the document does not.
    ///
    /// # Errors
    ///
    /// The document says something else, or no document describes such an API.
    pub(super) fn tell(&mut self, api_type: ApiType) -> Result<(), DefinitionError> {
        let wrong = |problem: String| DefinitionError::ApiType { api_type, problem };
        let Some(api) = WholeApi::of(api_type) else {
            return Err(wrong(
                "it has no such document; guard its handshakes with `LambdaAuthorizerLayer::websocket`".into(),
            ));
        };
        if let Some(sign) = self
            .sign
            .as_ref()
            .filter(|sign| sign.api.api_type() != api_type)
        {
            let found = sign.api.api_type();
            return Err(wrong(format!(
                "only {found} has what is at `{}`",
                sign.place
            )));
        }
        self.told = Some(api);
        Ok(())
    }

    /// A REST API where nothing is known: an HTTP API's Lambda authorizers have their payload format to tell them.
    pub(super) fn api(&self) -> &'static WholeApi {
        let sign = self.sign.as_ref().map(|sign| sign.api);
        sign.or(self.told).unwrap_or_else(WholeApi::rest)
    }
}

/// Without the place: definitions from different documents may be the same.
impl fmt::Debug for KnownApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.api().api_type())
    }
}
