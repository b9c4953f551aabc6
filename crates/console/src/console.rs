//! The handle of the application.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use axum::Router;
use http::StatusCode;
use tower_lambda_authorizer::{
    Authorizer, LambdaAuthorizerLayer,
    openapi::{ApiAuthorizerLayer, ApiDefinition, DefinitionError},
};

use crate::{
    access::Access,
    body::Problem,
    builder::ConsoleBuilder,
    events::Pages,
    recorder::Recorder,
    ring::Ring,
    router,
    watched::{Watched, WatchedApi},
};

/// Watches layers, and serves the page that shows their decisions.
///
/// Clones are handles to the same console. The crate's documentation has an [example](crate).
#[derive(Clone)]
pub struct Console {
    shared: Arc<Shared>,
}

/// What all handles and all pages share. The watched layers do not refer to it, only to the ring.
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

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Console {
    /// Creates a console that keeps the last 200 decisions and answers only on this machine.
    #[must_use]
    pub fn new() -> Self {
        ConsoleBuilder::default()
            .build()
            .unwrap_or_else(|error| unreachable!("the defaults are valid: {error}"))
    }

    /// Returns a builder for a console that keeps more decisions, or answers other peers or hosts.
    pub fn builder() -> ConsoleBuilder {
        ConsoleBuilder::default()
    }

    pub(crate) fn build(capacity: usize, access: Access) -> Self {
        Self {
            shared: Arc::new(Shared {
                ring: Arc::new(Ring::new(capacity)),
                access,
                pages: Pages::default(),
                layers: Mutex::default(),
            }),
        }
    }

    /// Watches a layer under this name, and returns it. Call this after the layer's last setting, because the page does
    /// not show later ones.
    pub fn watch<A: Authorizer>(
        &self,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let mut layers = self.shared.lock();
        let place = layers.len();
        self.shared.put(&mut layers, place, name, layer)
    }

    /// Watches a layer instead of the one with this name, for example after its configuration was read again. If no
    /// layer has this name, this does the same as [`watch`](Self::watch).
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    /// use tower_lambda_authorizer_console::Console;
    ///
    /// let console = Console::new();
    /// let layer = || LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }));
    /// let first = console.watch("pets", layer());
    /// let second = console.watch_again("pets", layer());
    /// assert_eq!(format!("{console:?}"), r#"Console { layers: ["pets"], .. }"#);
    /// # let _ = (first, second);
    /// ```
    pub fn watch_again<A: Authorizer>(
        &self,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        let mut layers = self.shared.lock();
        let place = place_of(&layers, name);
        self.shared.put(&mut layers, place, name, layer)
    }

    /// Watches the layer of a whole API under this name, and returns it.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    /// use tower_lambda_authorizer_console::Console;
    ///
    /// let document = r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}"#;
    /// let console = Console::new();
    /// let layer = console.watch_api("pets", ApiDefinition::from_openapi(document)?)?;
    /// # let _ = layer;
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DefinitionError`], as [`ApiDefinition::into_layer`] returns it.
    pub fn watch_api(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let mut layers = self.shared.lock();
        let place = layers.len();
        self.shared.put_api(&mut layers, place, name, definition)
    }

    /// Watches the layer of a whole API instead of the one with this name, as [`watch_again`](Self::watch_again) does.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`], as [`ApiDefinition::into_layer`] returns it. The earlier layer is then still watched.
    pub fn watch_api_again(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let mut layers = self.shared.lock();
        let place = place_of(&layers, name);
        self.shared.put_api(&mut layers, place, name, definition)
    }

    /// The router of the page, for [`Router::nest_service`] at a path of your choice, such as `/_authorizer`. It needs
    /// [`into_make_service_with_connect_info::<SocketAddr>`](Router::into_make_service_with_connect_info), and refuses
    /// every request if that is missing.
    ///
    /// [`Router::nest`] works, too, but then the page is not found if its address ends with a slash.
    ///
    /// Mount it outside of the layers that it watches, because these would refuse requests without credentials.
    pub fn router(&self) -> Router {
        router::router(Arc::clone(&self.shared))
    }
}

impl Shared {
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Layers> {
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

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = self.shared.layers();
        let names: Vec<_> = layers.iter().map(|layer| &*layer.name).collect();
        f.debug_struct("Console")
            .field("layers", &names)
            .finish_non_exhaustive()
    }
}
