//! Explains what would happen to a request of a whole API.

use std::sync::Arc;

use http::Request;

use super::{layer::ApiAuthorizerLayer, routing::Choice};
use crate::{
    decision::DenialReason,
    explanation::{Circumstances, Conclusion, Explanation},
    pipeline::Asked,
    request::{context::Arrival, resource_resolver::ResourceResolver, rewritten::rewritten_path},
};

impl ApiAuthorizerLayer {
    /// Explains what would happen to a request, as
    /// [`LambdaAuthorizerLayer::explain`](crate::LambdaAuthorizerLayer::explain) does, with the authorizer of its
    /// operation.
    pub async fn explain<B>(&self, request: Request<B>) -> Explanation {
        let (mut parts, _) = request.into_parts();
        let known = ResourceResolver::default().resolve(&mut parts);
        let uri = known.original_uri(&parts.uri);
        let rewritten = rewritten_path(&parts, uri.path());
        let outcome = match (self.routes).choose(&parts.method, uri.path(), rewritten.as_deref()) {
            Choice::Guarded(guard, matched) => {
                let matched = matched.with_original_uri_of(known);
                return guard.explain(parts, Some(matched)).await;
            }
            Choice::Open(_) => Ok("the operation is open: it has no authorizer"),
            Choice::Unknown => Err(DenialReason::NoSuchOperation),
            Choice::Ambiguous(ambiguity) => Err(DenialReason::AmbiguousPath { ambiguity }),
        };
        let settings = &self.routes.settings;
        let circumstances = Circumstances {
            settings: Arc::clone(settings),
            noted: Arrival::default().noted(&settings.reader.clock),
            parts,
            matched: known,
            asked: Asked::Not,
            result: None,
        };
        let is_unknown = outcome == Err(DenialReason::NoSuchOperation);
        let conclusion = match &outcome {
            Ok(reason) => Conclusion::Unguarded(reason),
            Err(reason) => Conclusion::Refused(reason),
        };
        let explanation = Explanation::of(&circumstances, conclusion);
        let Circumstances { parts, matched, .. } = &circumstances;
        let path = matched.original_uri(&parts.uri).path();
        let similar = is_unknown
            .then(|| self.routes.similar(&parts.method, path))
            .flatten();
        if let Some(similar) = similar {
            return explanation.with_similar_operations(similar);
        }
        let is_open_only_in_its_case = explanation.is_allowed()
            && (self.routes).is_open_only_in_its_case(&parts.method, path, rewritten.as_deref());
        if is_open_only_in_its_case {
            explanation.guarded_in_another_case()
        } else {
            explanation
        }
    }
}
