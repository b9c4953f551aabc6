//! The application's handle to a console.

use std::{fmt, sync::Arc};

use axum::Router;
use tower_lambda_authorizer::{
    Authorizer, LambdaAuthorizerLayer,
    openapi::{ApiAuthorizerLayer, ApiDefinition, DefinitionError},
};

use crate::{
    access::Access,
    router,
    shared::{Place, Shared},
};

pub(crate) const DEFAULT_CAPACITY: usize = 200;

/// Watches layers, and serves the page that shows their decisions.
///
/// Clones are handles to the same console. The crate's documentation has an [example](crate).
#[derive(Clone)]
pub struct Console {
    shared: Arc<Shared>,
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
        Self::build(DEFAULT_CAPACITY, Access::default())
    }

    pub(crate) fn build(capacity: usize, access: Access) -> Self {
        Self {
            shared: Arc::new(Shared::new(capacity, access)),
        }
    }

    /// Watches a layer under this name, and returns it. Call this after the layer's last setting, because the page does
    /// not show later ones.
    pub fn watch<A: Authorizer>(
        &self,
        name: &str,
        layer: LambdaAuthorizerLayer<A>,
    ) -> LambdaAuthorizerLayer<A> {
        self.shared.put(Place::Last, name, layer)
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
        self.shared.put(Place::Again, name, layer)
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
    /// Returns [`DefinitionError`], as [`ApiDefinition::into_layer`] returns it.
    pub fn watch_api(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        self.shared.put_api(Place::Last, name, definition)
    }

    /// Watches the layer of a whole API instead of the one with this name, as [`watch_again`](Self::watch_again) does.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`], as [`ApiDefinition::into_layer`] returns it. The earlier layer is then still watched.
    pub fn watch_api_again(
        &self,
        name: &str,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        self.shared.put_api(Place::Again, name, definition)
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

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = self.shared.layers();
        let names: Vec<_> = layers.iter().map(|layer| &*layer.name).collect();
        f.debug_struct("Console")
            .field("layers", &names)
            .finish_non_exhaustive()
    }
}
