//! What a harness makes of a layer.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::clock::ManualClock;

impl<A> LambdaAuthorizerLayer<A> {
    /// With a clock that can be moved, which is its own if that is one, and a router that takes the test's word for
    /// which resource a request is for.
    pub(crate) fn under_test(self) -> (Self, ManualClock) {
        let clock = self.settings.reader.clock.manual().cloned();
        let clock = clock.unwrap_or_else(|| ManualClock::new(self.settings.reader.clock.now()));
        let scope = self.settings.results.scope.clone();
        let mut layer = self.with(|settings| {
            settings.reader.clock = clock.clock();
            settings.reader.resource_resolver =
                settings.reader.resource_resolver.or_as_the_test_says();
        });
        // The results that a test has taken from the layer before stay those of the layer.
        Arc::make_mut(&mut layer.settings).results_mut().scope = scope;
        (layer, clock)
    }
}
