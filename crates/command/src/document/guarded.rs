//! A guard that explains.

use std::time::SystemTime;

use http::Request;
use tower_lambda_authorizer::{
    ApiType, ConfigError, ManualClock, explanations::Explanation, openapi::ApiAuthorizerLayer,
};

use super::{Document, OneLayer, Prepared, Selection, misfit};
use crate::{cli::Guard, failure::Failure, functions::Functions};

pub(crate) struct Guarded {
    api_type: ApiType,
    layer: Layer,
    functions: Functions,
}

enum Layer {
    /// One authorizer for every path.
    ByOne(Box<OneLayer>),
    /// An authorizer for each operation.
    AsDocumented(ApiAuthorizerLayer),
}

impl Guarded {
    pub(crate) fn read(guard: &Guard) -> Result<Self, Failure> {
        let reading = &guard.source.reading;
        let selection = Selection {
            file: &guard.source.file,
            authorizer: guard.authorizer.as_deref(),
            left_unchecked: &reading.left_unchecked,
            api: guard.api.as_ref(),
            stage: guard.stage.as_deref(),
            stage_variables: &guard.stage_variables,
            ignores_case: guard.ignore_case,
        };
        let document = Document::read(selection.file, reading)?;
        let functions = match &guard.answer {
            Some(answer) => Functions::recorded(selection.file, &document, answer)?,
            None => Functions::of(selection.file, &document, &guard.functions)?,
        };
        let prepared = Prepared::new(document, selection, &functions)?;
        let are_recorded = functions.are_recorded();
        let configured = move |layer| as_on_api_gateway(layer, are_recorded);
        let (api_type, layer) = match prepared {
            Prepared::ByOne(layer) => {
                let api_type = layer.api_type();
                (api_type, Layer::ByOne(Box::new(configured(*layer))))
            }
            Prepared::AsDocumented(definition) => {
                let api_type = definition.api_type();
                let layer = definition
                    .configure(move |_, layer| Ok::<_, ConfigError>(configured(layer)))
                    .into_layer()
                    .map_err(|error| misfit(selection.file, &error))?;
                (api_type, Layer::AsDocumented(layer))
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
        let explanation = match &self.layer {
            Layer::ByOne(layer) => layer.explain(request).await,
            Layer::AsDocumented(layer) => layer.explain(request).await,
        };
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
