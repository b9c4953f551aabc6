//! Layers that share a cache or a store.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tower_lambda_authorizer::shared_cache::SharedCache;

use super::{
    Place,
    keeping::{Keeping, keeping},
    layers::{Layered, Plan, api},
};
use crate::{
    authorizer::VARIABLE,
    scene::Scene,
    store::{Store, Tier},
};

/// The timeout of the store.
const STORE_LIMIT: Duration = Duration::from_millis(10);

const SECRET: [u8; 32] = [7; 32];

/// Two layers with one cache, which differ in their authorizer only. The second one has the name that the first one gave
/// itself.
pub(super) fn one_cache(scene: &Arc<Scene>) -> [Place; 2] {
    let keeping = Keeping {
        refreshing: 60,
        failing: 60,
        unauthorized: 20,
        ..keeping(45)
    };
    let cache = keeping.cache();
    let plan = Plan::new("one cache, unnamed", keeping);
    let (number, first) = plan.layer(scene, &cache);
    let name = own_name(&first);
    let first = plan.placed(scene, number, &first, cache.clone());
    let keeping = Keeping {
        shares: true,
        ..keeping
    };
    let plan = Plan::new("one cache, named", keeping);
    let (number, second) = plan.layer(scene, &cache);
    let second = second.shared_cache(shared(scene, &Arc::default(), number), &name);
    let second = Place {
        owns_cache: false,
        ..plan.placed(scene, number, &second, cache)
    };
    [first, second]
}

/// The name that a layer gave itself, from its `Debug` output.
fn own_name(layer: &Layered) -> String {
    let text = format!("{layer:?}");
    let name = text
        .split_once("authorizer: \"layer ")
        .and_then(|(_, rest)| rest.split_once('"'));
    name.map_or("layer 0".into(), |(name, _)| format!("layer {name}"))
}

/// Two clones of a layer, whose authorizer reads a stage variable.
pub(super) fn clones(scene: &Arc<Scene>) -> [Place; 2] {
    let keeping = Keeping {
        refreshing: 10,
        ..keeping(60)
    };
    let plan = Plan::new("a clone", keeping);
    let cache = keeping.cache();
    let (first, layer) = plan.layer(scene, &cache);
    let second = scene.oracle().authorizer(plan.facts());
    [first, second].map(|number| {
        let api = api().with_stage_variable(VARIABLE, number.to_string());
        let layer = layer.clone().api(api.unwrap());
        Place {
            owns_cache: number == first,
            ..plan.placed(scene, number, &layer, cache.clone())
        }
    })
}

/// Two processes that share a store.
pub(super) fn processes(scene: &Arc<Scene>) -> [Place; 2] {
    let keeping = Keeping {
        failing: 300,
        max_bytes: 16 * 1024,
        shares: true,
        ..keeping(60)
    };
    let store = Arc::<Store>::default();
    ["one process", "another process"].map(|name| {
        let plan = Plan::new(name, keeping);
        let cache = keeping.cache();
        let (number, layer) = plan.layer(scene, &cache);
        let layer = layer.shared_cache(shared(scene, &store, number), "soak");
        plan.placed(scene, number, &layer, cache)
    })
}

fn shared(scene: &Arc<Scene>, store: &Arc<Store>, authorizer: usize) -> SharedCache {
    let tier = Tier {
        scene: Arc::clone(scene),
        store: Arc::clone(store),
        authorizer,
        unwritten: Mutex::default(),
    };
    SharedCache::new(tier, SECRET)
        .unwrap()
        .timeout(STORE_LIMIT)
        .unwrap()
}
