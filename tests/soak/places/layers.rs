//! A layer with one authorizer, in front of the service.

use std::{sync::Arc, time::Duration};

use tower_lambda_authorizer::{Api, LambdaAuthorizerLayer, caching::ResultCache};

use super::{Kind, Place, keeping::Keeping, protected::send};
use crate::{authorizer::Moody, oracle::Facts, scene::Scene};

pub(super) type Layered = LambdaAuthorizerLayer<Moody>;

/// The timeout of an authorizer.
pub(super) const TIMEOUT: Duration = Duration::from_millis(30);

#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) keeping: Keeping,
    pub(super) two_sources: bool,
    pub(super) http: bool,
    pub(super) simple: bool,
    pub(super) turns: Option<usize>,
}

impl Plan {
    pub(super) fn new(name: &'static str, keeping: Keeping) -> Self {
        Self {
            name,
            keeping,
            two_sources: false,
            http: false,
            simple: false,
            turns: None,
        }
    }

    pub(super) fn place(self, scene: &Arc<Scene>) -> Place {
        let cache = self.keeping.cache();
        let (number, layer) = self.layer(scene, &cache);
        self.placed(scene, number, &layer, cache)
    }

    pub(super) fn facts(self) -> Facts {
        Facts {
            takes_turns: self.turns.is_some(),
            simple: self.simple,
            decodes_path: self.http || self.simple,
            ..self.keeping.facts(self.name)
        }
    }

    pub(super) fn layer(self, scene: &Arc<Scene>, cache: &ResultCache) -> (usize, Layered) {
        let number = scene.oracle().authorizer(self.facts());
        let authorizer = moody(scene, number);
        let layer = match self {
            Self { simple: true, .. } => LambdaAuthorizerLayer::http_api(authorizer)
                .simple_responses()
                .unwrap(),
            Self { http: true, .. } => LambdaAuthorizerLayer::http_api(authorizer),
            Self {
                two_sources: true, ..
            } => {
                let sources = [
                    "method.request.header.authorization",
                    "method.request.querystring.tenant",
                ];
                LambdaAuthorizerLayer::request(authorizer, sources).unwrap()
            }
            _ => LambdaAuthorizerLayer::token(authorizer),
        };
        let layer = layer
            .api(api())
            .clock(scene.clock.clock())
            .authorizer_timeout(TIMEOUT)
            .unwrap()
            .result_ttl(Duration::from_secs(self.keeping.ttl))
            .unwrap()
            .cache(cache.clone());
        let layer = match self.turns {
            Some(turns) => layer.authorizer_concurrency_limit(turns).unwrap(),
            None => layer,
        };
        (number, layer)
    }

    pub(super) fn placed(
        self,
        scene: &Arc<Scene>,
        number: usize,
        layer: &Layered,
        cache: ResultCache,
    ) -> Place {
        Place {
            kind: match self {
                Self { http: true, .. } | Self { simple: true, .. } => Kind::Http(number),
                Self {
                    two_sources: true, ..
                } => Kind::TwoSources(number),
                _ => Kind::Token(number),
            },
            send: send(scene, layer),
            results: vec![(number, layer.results())],
            cache,
            owns_cache: true,
            max_bytes: self.keeping.max_bytes,
        }
    }
}

pub(super) fn api() -> Api {
    Api::new("eu-west-1", "123456789012", "soak", "prod").unwrap()
}

pub(super) fn moody(scene: &Arc<Scene>, number: usize) -> Moody {
    let scene = Arc::clone(scene);
    Moody { scene, number }
}
