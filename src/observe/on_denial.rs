//! The application's function that is told of each refusal.

use std::{fmt, sync::Arc};

use crate::{contained::contain, explanation::Denial};

/// Called once for each request that a layer refuses.
#[derive(Clone)]
pub(crate) struct OnDenial(Arc<dyn Fn(&Denial) + Send + Sync>);

impl OnDenial {
    pub(crate) fn new(on_denial: impl Fn(&Denial) + Send + Sync + 'static) -> Self {
        Self(Arc::new(on_denial))
    }

    /// A panic of the function must not change the response.
    pub(crate) fn tell(&self, denial: &Denial) {
        let _ = contain(|| (self.0)(denial));
    }
}

impl fmt::Debug for OnDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDenial").finish_non_exhaustive()
    }
}
