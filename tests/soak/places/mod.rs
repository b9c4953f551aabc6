//! Layers of different kinds, in front of a service that reports every request to the oracle.

mod keeping;
mod layers;
mod protected;
mod together;
mod whole;

use std::sync::Arc;

use http::Request;
use tower_lambda_authorizer::caching::{AuthorizerResults, ResultCache};

use self::{
    keeping::{Keeping, keeping},
    layers::Plan,
    together::{clones, one_cache, processes},
    whole::whole,
};
use crate::{attempt::Answering, scene::Scene};

/// Which requests are sent to a place, and which authorizers guard it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Token(usize),
    TwoSources(usize),
    Http(usize),
    Whole { token: usize, request: usize },
}

/// A guarded service.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) send: Box<dyn Fn(Request<()>) -> Answering + Send + Sync>,
    /// The results of each authorizer, with its number.
    pub(crate) results: Vec<(usize, AuthorizerResults)>,
    pub(crate) cache: ResultCache,
    /// Set only for one of the places that share it.
    pub(crate) owns_cache: bool,
    pub(crate) max_bytes: usize,
}

pub(crate) fn places(scene: &Arc<Scene>) -> Vec<Place> {
    let stale = Keeping {
        refreshing: 60,
        failing: 120,
        ..keeping(60)
    };
    let mut places: Vec<_> = alone(stale).map(|plan| plan.place(scene)).into();
    places.push(whole(scene, stale));
    places.extend(one_cache(scene));
    places.extend(clones(scene));
    places.extend(processes(scene));
    places
}

/// Layers that share nothing.
fn alone(stale: Keeping) -> [Plan; 7] {
    let http = Keeping {
        refreshing: 30,
        ..keeping(30)
    };
    let simple = Keeping {
        failing: 600,
        ..keeping(60)
    };
    let takes_turns = Keeping {
        failing: 60,
        unauthorized: 30,
        ..keeping(30)
    };
    let little_room = Keeping {
        refreshing: 120,
        failing: 120,
        max_bytes: 12 * 1024,
        ..keeping(20)
    };
    [
        Plan::new("TOKEN", keeping(300)),
        Plan {
            two_sources: true,
            ..Plan::new("REQUEST", stale)
        },
        Plan {
            http: true,
            ..Plan::new("HTTP", http)
        },
        Plan {
            simple: true,
            ..Plan::new("HTTP, simple", simple)
        },
        Plan {
            turns: Some(2),
            ..Plan::new("takes turns", takes_turns)
        },
        Plan::new("nothing kept", keeping(0)),
        Plan::new("little room", little_room),
    ]
}
