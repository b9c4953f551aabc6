//! What all handles of a console and all its pages share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use tower_lambda_authorizer::{
    Authorizer, LambdaAuthorizerLayer,
    openapi::{ApiAuthorizerLayer, ApiDefinition, DefinitionError},
};

use crate::{
    access::Access,
    body::Problem,
    events::Pages,
    recorder::Recorder,
    ring::Ring,
    watched::{Watched, WatchedApi},
};

/// The watched layers do not refer to it, only to the ring.
pub(crate) struct Shared {
    pub(crate) ring: Arc<Ring>,
    pub(crate) access: Access,
    pub(crate) pages: Pages,
    layers: Mutex<Layers>,
}

type Layers = Vec<Arc<Layer>>;

/// A layer that is watched, with the name that the application gave it.
pub(crate) struct Layer {
    pub(crate) name: Arc<str>,
    pub(crate) watched: Box<dyn Watched>,
}

impl Shared {
    pub(crate) fn new(capacity: usize, access: Access) -> Self {
        Self {
            ring: Arc::new(Ring::new(capacity)),
            access,
            pages: Pages::default(),
            layers: Mutex::default(),
        }
    }

    pub(crate) fn add<A: Authorizer>(
        &self,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let mut layers = self.lock();
        let place = layers.len();
        self.put(&mut layers, place, name, layer)
    }

    /// Adds a layer in the place of the one with this name, if there is one.
    pub(crate) fn replace<A: Authorizer>(
        &self,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let mut layers = self.lock();
        let place = place_of(&layers, name);
        self.put(&mut layers, place, name, layer)
    }

    pub(crate) fn add_api(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let mut layers = self.lock();
        let place = layers.len();
        self.put_api(&mut layers, place, name, definition)
    }

    pub(crate) fn replace_api(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let mut layers = self.lock();
        let place = place_of(&layers, name);
        self.put_api(&mut layers, place, name, definition)
    }

    fn put<A: Authorizer>(
        &self,
        layers: &mut Layers,
        place: usize,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let recorder = self.recorder(name, place);
        let name = recorder.layer();
        let layer = layer.observe(recorder);
        let watched = Box::new(layer.clone());
        put_at(layers, place, Layer { name, watched });
        layer
    }

    fn put_api(
        &self,
        layers: &mut Layers,
        place: usize,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let api_type = definition.api_type();
        let recorder = self.recorder(name, place);
        let name = recorder.layer();
        // A definition that is not valid must not be in the list.
        let layer = definition.observe(recorder).into_layer()?;
        let watched = Box::new(WatchedApi::new(layer.clone(), api_type));
        put_at(layers, place, Layer { name, watched });
        Ok(layer)
    }

    fn recorder(&self, name: &str, id: usize) -> Recorder {
        Recorder::new(Arc::clone(&self.ring), name.into(), id)
    }

    pub(crate) fn layers(&self) -> Layers {
        self.lock().clone()
    }

    pub(crate) fn known_layer(&self, id: usize) -> Result<Arc<Layer>, Problem> {
        let layer = self.lock().get(id).cloned();
        layer.ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                format!("There is no layer {id}: reload the page."),
            )
        })
    }

    fn lock(&self) -> MutexGuard<'_, Layers> {
        self.layers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The index of the layer with this name, or the index after the last one.
fn place_of(layers: &Layers, name: &str) -> usize {
    let place = layers.iter().position(|layer| &*layer.name == name);
    place.unwrap_or(layers.len())
}

fn put_at(layers: &mut Layers, place: usize, layer: Layer) {
    match layers.get_mut(place) {
        Some(earlier) => *earlier = Arc::new(layer),
        None => layers.push(Arc::new(layer)),
    }
}
