//! Prepares a layer for the test harness.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::clock::ManualClock;

impl<A> LambdaAuthorizerLayer<A> {
    /// Returns the layer with a manual clock (its own, if it has one) and with a resource resolver that also accepts
    /// the resource that a test sets.
    pub(crate) fn under_test(self) -> (Self, ManualClock) {
        let clock = self.settings.reader.clock.manual().cloned();
        let clock = clock.unwrap_or_else(|| ManualClock::new(self.settings.reader.clock.now()));
        let scope = self.settings.caching.scope().clone();
        let mut layer = self.with(|settings| {
            settings.reader.clock = clock.clock();
            settings.reader.resource_resolver = settings.reader.resource_resolver.or_set_by_test();
        });
        // So that a handle that the test took from the layer earlier still refers to this layer's results.
        let caching = Arc::make_mut(&mut layer.settings).caching_mut();
        caching.set_scope(scope);
        (layer, clock)
    }
}
