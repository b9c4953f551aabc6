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

/// Where a layer is put among the others.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Last,
    /// Instead of the layer with the same name, if there is one.
    Again,
}

impl Place {
    fn index(self, layers: &Layers, name: &str) -> usize {
        let earlier = layers.iter().position(|layer| &*layer.name == name);
        match (self, earlier) {
            (Self::Again, Some(earlier)) => earlier,
            _ => layers.len(),
        }
    }
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

    pub(crate) fn put<A: Authorizer>(
        &self,
        place: Place,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let mut layers = self.lock();
        let index = place.index(&layers, name);
        let recorder = self.recorder(name, index);
        let name = recorder.layer();
        let layer = layer.observe(recorder);
        let watched = Box::new(layer.clone());
        put_at(&mut layers, index, Layer { name, watched });
        layer
    }

    pub(crate) fn put_api(
        &self,
        place: Place,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let mut layers = self.lock();
        let index = place.index(&layers, name);
        let api_type = definition.api_type();
        let recorder = self.recorder(name, index);
        let name = recorder.layer();
        // A definition that is not valid must not be in the list.
        let layer = definition.observe(recorder).into_layer()?;
        let watched = Box::new(WatchedApi::new(layer.clone(), api_type));
        put_at(&mut layers, index, Layer { name, watched });
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

fn put_at(layers: &mut Layers, place: usize, layer: Layer) {
    match layers.get_mut(place) {
        Some(earlier) => *earlier = Arc::new(layer),
        None => layers.push(Arc::new(layer)),
    }
}
