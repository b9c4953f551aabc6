//! Finds the resource that a request is for.

use std::{fmt, hash::Hash, sync::Arc};

use http::{Uri, request::Parts};

use crate::{request::resource::ResourceMatch, serial::Serial};

/// The source of a request's resource.
#[derive(Clone, Default)]
pub(crate) enum ResourceResolver {
    /// axum's extensions, with the feature `axum`. Otherwise only the URI is known.
    #[default]
    Framework,
    /// A function of the application. The framework supplies the values that it omits.
    Custom(Arc<dyn Fn(&Parts) -> ResourceMatch + Send + Sync>, Serial),
}

impl ResourceResolver {
    pub(crate) fn custom(
        resolve: impl Fn(&Parts) -> ResourceMatch + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(Arc::new(resolve), Serial::next())
    }

    /// The URI that the client sent, if it is known without calling the application's function.
    pub(crate) fn original_uri<'p>(&self, parts: &'p Parts) -> Option<&'p Uri> {
        match self {
            Self::Framework => Some(framework_uri(parts)),
            Self::Custom(..) => None,
        }
    }

    pub(crate) fn is_custom(&self) -> bool {
        matches!(self, Self::Custom(..))
    }

    /// Differs for different resolvers.
    pub(crate) fn distinction(&self) -> impl Hash + use<> {
        match self {
            Self::Framework => None,
            Self::Custom(_, serial) => Some(*serial),
        }
    }

    /// Resolves a request. The framework supplies the values that the application omits. The original URI matters most:
    /// without it, policies would be matched against the shortened path of a nested router.
    pub(crate) fn resolve(&self, parts: &mut Parts) -> ResourceMatch {
        match self {
            Self::Framework => framework_match(parts),
            Self::Custom(resolve, _) => {
                let known = framework_match(parts);
                resolve(parts).or(known)
            }
        }
    }
}

#[cfg(feature = "testing")]
impl ResourceResolver {
    /// A resolver that prefers a [`ResourceMatch`] in the request's extensions, which a test has inserted.
    pub(crate) fn or_set_by_test(&self) -> Self {
        let resolver = self.clone();
        Self::custom(move |parts| {
            let said = parts.extensions.get::<ResourceMatch>().cloned();
            let said = said.unwrap_or_default();
            match &resolver {
                Self::Framework => said,
                Self::Custom(resolve, _) => said.or(resolve(parts)),
            }
        })
    }
}

#[cfg(feature = "axum")]
use crate::request::axum::{original_uri as framework_uri, resource_match as framework_match};

#[cfg(not(feature = "axum"))]
fn framework_match(_parts: &mut Parts) -> ResourceMatch {
    ResourceMatch::new()
}

#[cfg(not(feature = "axum"))]
fn framework_uri(parts: &Parts) -> &Uri {
    &parts.uri
}

impl fmt::Debug for ResourceResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Framework => "Framework",
            Self::Custom(..) => "Custom",
        })
    }
}
