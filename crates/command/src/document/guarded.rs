//! A guard that explains.

use std::time::SystemTime;

use http::Request;
use tower_lambda_authorizer::{ApiType, ConfigError, ManualClock, explanations::Explanation};

use super::{Document, DocumentLayer, OneLayer, Prepared, Selection, misfit, tell_notes};
use crate::{cli::Guard, failure::Failure, functions::Functions};

pub(crate) struct Guarded {
    api_type: ApiType,
    layer: DocumentLayer,
    functions: Functions,
}

impl Guarded {
    pub(crate) fn read(guard: &Guard) -> Result<Self, Failure> {
        let document = Document::read(&guard.source.file, &guard.source.reading)?;
        Self::new(guard, document)
    }

    pub(crate) fn new(guard: &Guard, document: Document) -> Result<Self, Failure> {
        let (source, settings) = (&guard.source, &guard.api);
        let functions = match &guard.answer {
            Some(answer) => Functions::recorded(&source.file, &document, answer)?,
            None => Functions::of(&source.file, &document, &guard.functions)?,
        };
        tell_notes(&document, Selection { source, settings });
        Self::with_functions(guard, document, functions)
    }

    /// The same guard, but it calls no function and explains only what it demands of a request.
    pub(crate) fn without_functions(guard: &Guard, document: Document) -> Result<Self, Failure> {
        Self::with_functions(guard, document, Functions::default())
    }

    fn with_functions(
        guard: &Guard,
        document: Document,
        functions: Functions,
    ) -> Result<Self, Failure> {
        let (source, settings) = (&guard.source, &guard.api);
        let selection = Selection { source, settings };
        let prepared = Prepared::new(document, selection, &functions)?;
        let are_recorded = functions.are_recorded();
        let configured = move |layer| as_on_api_gateway(layer, are_recorded);
        let api_type = prepared.api_type();
        let layer = match prepared {
            Prepared::ByOne(layer) => DocumentLayer::ByOne(Box::new(configured(*layer))),
            Prepared::AsDocumented(definition) => {
                let layer = definition
                    .configure(move |_, layer| Ok::<_, ConfigError>(configured(layer)))
                    .into_layer()
                    .map_err(|error| misfit(&source.file, &error))?;
                DocumentLayer::AsDocumented(layer)
            }
        };
        Ok(Self {
            api_type,
            layer,
            functions,
        })
    }

    pub(crate) fn api_type(&self) -> ApiType {
        self.api_type
    }

    pub(crate) async fn explain(&self, request: Request<()>) -> Result<Explanation, Failure> {
        let explanation = self.layer.explain(request).await;
        self.functions.check_answered()?;
        Ok(explanation)
    }
}

/// API Gateway's clients use TLS. For recorded answers the clock stands still, since they take no time.
fn as_on_api_gateway(layer: OneLayer, are_recorded: bool) -> OneLayer {
    let layer = layer.secure_transport(true);
    if are_recorded {
        layer.clock(ManualClock::new(SystemTime::now()).clock())
    } else {
        layer
    }
}
