//! The application's function that is called for each refusal.

use std::{fmt, sync::Arc};

use crate::{contained::contain, explanation::Denial};

/// Called once for each request that a layer refuses, or would refuse if it were not in shadow.
#[derive(Clone)]
pub(crate) struct OnDenial(Arc<dyn Fn(&Denial) + Send + Sync>);

impl OnDenial {
    pub(crate) fn new(on_denial: impl Fn(&Denial) + Send + Sync + 'static) -> Self {
        Self(Arc::new(on_denial))
    }

    /// A panic of the function must not change the response.
    fn call(&self, denial: &Denial) {
        let _ = contain(|| (self.0)(denial));
    }
}

/// Calls the application's function, if there is one.
pub(super) fn call_on_denial(denial: &Denial) {
    if let Some(on_denial) = &denial.circumstances().settings.on_denial {
        on_denial.call(denial);
    }
}

impl fmt::Debug for OnDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDenial").finish_non_exhaustive()
    }
}
