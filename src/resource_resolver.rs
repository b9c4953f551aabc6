//! Where the layer learns which resource a request is for.

use std::{fmt, sync::Arc};

use http::request::Parts;

use crate::resource::ResourceMatch;

/// Where the layer learns of the resource.
#[derive(Clone, Default)]
pub(crate) enum ResourceResolver {
    /// From axum, where the feature is on and axum has left its extensions; else from the URI.
    #[default]
    Framework,
    /// From the application.
    Custom(Arc<dyn Fn(&Parts) -> ResourceMatch + Send + Sync>),
}

impl ResourceResolver {
    pub(crate) fn resolve(&self, parts: &mut Parts) -> ResourceMatch {
        match self {
            #[cfg(feature = "axum")]
            Self::Framework => crate::axum::resource_match(parts),
            #[cfg(not(feature = "axum"))]
            Self::Framework => ResourceMatch::new(),
            Self::Custom(resolve) => resolve(parts),
        }
    }
}

impl fmt::Debug for ResourceResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Framework => "Framework",
            Self::Custom(_) => "Custom",
        })
    }
}
