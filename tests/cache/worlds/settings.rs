//! The settings of a layer, in all of which results may differ.

use super::*;

const TTLS: [u64; 4] = [1, 30, 3_600, 0];
const WINDOWS: [u64; 3] = [0, 10, 7_200];

/// The steps of a rotation.
pub(super) const SECRETS: [(u8, Option<u8>); 4] =
    [(7, None), (7, Some(8)), (8, Some(7)), (8, None)];

/// What a result belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    api: usize,
    name: usize,
    /// The layer of an HTTP API, with one more source, or of a REST API.
    kind: usize,
    variable: bool,
    pub(super) ttl: u64,
    /// Which secrets the process knows, its own first.
    secrets: (u8, Option<u8>),
    /// Whether results of this layer are nobody else's.
    own: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) scope: Scope,
    pub(super) while_refreshing: u64,
    pub(super) on_failure: u64,
    pub(super) unauthorized: u64,
    pub(super) breaks: bool,
}

impl Scope {
    /// Whether results of the other layer may be used here, in the same memory or through the store.
    pub(super) fn may_use(&self, other: &Self, is_same_process: bool) -> bool {
        let knows = |secret| self.secrets.0 == secret || self.secrets.1 == Some(secret);
        let is_shared = other.own.is_none() && self.own.is_none();
        let of = |it: &Self| {
            let name = it.own.map_or(it.name, |_| 0);
            (it.api, name, it.kind, it.variable, it.ttl)
        };
        of(self) == of(other)
            && if is_same_process {
                self.own == other.own
            } else {
                is_shared && knows(other.secrets.0)
            }
    }

    pub(super) fn has_cache(&self) -> bool {
        self.ttl > 0
    }

    pub(super) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    pub(super) fn has_tenant(&self) -> bool {
        self.kind == 1
    }
}

impl Settings {
    pub(super) fn at_random(random: &mut Rng, own: usize) -> Self {
        let ttl = *random.choice(&TTLS).unwrap();
        Self {
            scope: Scope {
                api: random.usize(..3),
                name: random.usize(..2),
                kind: random.usize(..3),
                variable: random.u8(..4) == 0,
                ttl,
                secrets: *random.choice(&SECRETS).unwrap(),
                own: (random.u8(..6) == 0).then_some(own),
            },
            while_refreshing: *random.choice(&WINDOWS).unwrap(),
            on_failure: *random.choice(&WINDOWS).unwrap(),
            unauthorized: *random.choice(&[0, 0, 20]).unwrap(),
            breaks: random.u8(..3) == 0,
        }
    }

    /// Changes one or two of them.
    pub(super) fn changed(mut self, random: &mut Rng, own: usize) -> Self {
        let other = Self::at_random(random, own);
        for _ in 0..2 {
            match random.u8(..9) {
                0 => self.scope.api = other.scope.api,
                1 => self.scope.name = other.scope.name,
                2 => self.scope.variable = other.scope.variable,
                3 => self.scope.secrets = other.scope.secrets,
                4 => self.while_refreshing = other.while_refreshing,
                5 => self.on_failure = other.on_failure,
                6 => self.unauthorized = other.unauthorized,
                7 => self.breaks = other.breaks,
                _ => self.scope.ttl = other.scope.ttl,
            }
        }
        self.scope.own = self.scope.own.map(|_| own);
        self
    }

    /// Those of another layer, if it has the same type of API and also shares its results, or neither does. That never
    /// changes.
    pub(super) fn like(self, other: &Self, own: usize) -> Self {
        let (scope, others) = (&self.scope, &other.scope);
        if others.kind != scope.kind || others.is_own() != scope.is_own() {
            return self;
        }
        let mut like = *other;
        like.scope.own = like.scope.own.map(|_| own);
        like
    }

    /// With revocations, there is one secret.
    pub(super) fn without_earlier_secret(mut self) -> Self {
        self.scope.secrets.1 = None;
        self
    }

    /// Whether the other layer of the process has its results in the same place.
    pub(super) fn is_one_place(&self, other: &Self) -> bool {
        let windows = |it: &Self| (it.while_refreshing, it.on_failure, it.unauthorized);
        self.scope == other.scope && windows(self) == windows(other)
    }

    /// A layer with an authorizer whose answers have the number of the call.
    pub(super) fn layer(&self, world: &World, process: usize) -> Guard {
        let (begun, number) = (Arc::clone(&world.begun), Arc::clone(&world.number));
        let authorizer = BoxAuthorizer::new(authorizer_fn(
            move |request: tower_lambda_authorizer::AuthorizerRequest| {
                let (answer, answered) = oneshot::channel();
                begun.lock().unwrap().push(answer);
                let mut number = number.lock().unwrap();
                let call = number.to_string();
                *number += 1;
                let user = request.headers().get("authorization").unwrap();
                let user = user.to_str().unwrap().to_owned();
                async move {
                    let response = |response: AuthorizerResponse| {
                        let response = response.with_principal_id(&user);
                        response.with_context("call", call).with_tag(&user)
                    };
                    match answered.await {
                        Ok(Outcome::Allowed { within }) => {
                            let response = response(AuthorizerResponse::allow("*"));
                            Ok(match within {
                                None => response,
                                Some(within) => response.with_max_age(seconds(within)),
                            })
                        }
                        Ok(Outcome::Denied) => Ok(response(AuthorizerResponse::deny("*"))),
                        Ok(Outcome::Unauthorized) => Err(AuthorizerError::unauthorized()),
                        _ => Err(std::io::Error::other("it fails").into()),
                    }
                }
            },
        ));
        let layer = match self.scope.kind {
            0 => LambdaAuthorizerLayer::token(authorizer),
            1 => {
                let sources = "method.request.header.authorization, method.request.header.x-tenant";
                LambdaAuthorizerLayer::request(authorizer, sources).unwrap()
            }
            _ => {
                let layer = LambdaAuthorizerLayer::http_api(authorizer);
                let sources = "$request.header.authorization";
                layer.identity_sources(sources).unwrap()
            }
        };
        let layer = layer.clock(world.clock.clock()).no_authorizer_timeout();
        self.apply(layer, world, process)
    }

    pub(super) fn apply(&self, layer: Guard, world: &World, process: usize) -> Guard {
        let Scope {
            api,
            name,
            variable,
            ttl,
            secrets,
            own,
            ..
        } = self.scope;
        let (id, stage) = [("a1", "prod"), ("a1", "dev"), ("b2", "prod")][api];
        let api = Api::new("eu-west-1", "123456789012", id, stage).unwrap();
        let api = if variable {
            api.with_stage_variable("colour", "blue").unwrap()
        } else {
            api
        };
        let memory = world.memories[process].clone();
        let memory = memory.serve_stale_while_refreshing(seconds(self.while_refreshing));
        let memory = memory.serve_stale_on_failure(seconds(self.on_failure));
        let memory = memory.unauthorized_ttl(seconds(self.unauthorized));
        let layer = layer.api(api).cache(memory);
        let layer = layer.result_ttl(seconds(ttl)).unwrap();
        let layer = if self.breaks {
            let breaker = CircuitBreaker::new().consecutive_failures(2);
            layer.circuit_breaker(breaker.unwrap()).unwrap()
        } else {
            layer
        };
        if own.is_some() {
            return layer;
        }
        let shared = world.shared[process]
            .iter()
            .find(|(known, _)| *known == secrets);
        let (_, shared) = shared.unwrap().clone();
        layer.shared_cache(shared, ["pets", "dogs"][name])
    }
}
