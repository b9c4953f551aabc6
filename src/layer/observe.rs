//! Lets the application watch decisions.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::observe::{LayerConfiguration, Observer, Observers};

impl<A> LambdaAuthorizerLayer<A> {
    /// Adds an observer, which receives each decision and each call to the authorizer. See
    /// [`Observer`](crate::observing::Observer) for an example.
    ///
    /// A layer can have several observers. They are called in the order in which they were added. API Gateway's
    /// counterparts are its metrics and its access logs.
    pub fn observe(self, observer: impl Observer) -> Self {
        self.with(|settings| {
            settings.observers = Some(Observers::add(settings.observers.as_ref(), observer));
        })
    }

    /// Sets the authorizer's name, which observers and the span of its calls show. By default it is the name that you
    /// pass to [`shared_cache`], if any. In a whole API, each authorizer has its name from the document.
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, observing::Decision, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// let (log, names) = channel();
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
    ///     .authorizer_name("pets")
    ///     .observe(move |decision: &Decision<'_>| {
    ///         log.send(decision.authorizer_name().map(str::to_owned)).unwrap();
    ///     });
    /// # tokio_test::block_on(async {
    /// Harness::new(layer).get("/pets").send().await;
    /// assert_eq!(names.recv().unwrap().as_deref(), Some("pets"));
    /// # });
    /// ```
    ///
    /// [`shared_cache`]: crate::caching#several-processes
    pub fn authorizer_name(self, name: &str) -> Self {
        self.with(|settings| settings.observed_name = Some(Arc::from(name)))
    }

    /// Returns the configuration of the layer, to show or check it. Call this on the layer in its final form, after its
    /// last setting. See [`LayerConfiguration`] for an example.
    #[must_use]
    pub fn configuration(&self) -> LayerConfiguration {
        LayerConfiguration::of(&self.settings)
    }

    /// Whether explanations name the authorizer.
    #[cfg(feature = "openapi")]
    pub(crate) fn one_of_several(self, is_one_of_several: bool) -> Self {
        self.with(|settings| settings.is_one_of_several = is_one_of_several)
    }

    #[cfg(feature = "openapi")]
    pub(crate) fn with_observers(self, observers: Option<Observers>) -> Self {
        self.with(|settings| settings.observers = observers)
    }
}
