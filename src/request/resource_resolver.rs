//! Where the layer learns which resource a request is for.

use std::{fmt, sync::Arc};

use http::{Uri, request::Parts};

use crate::{request::resource::ResourceMatch, serial::Serial};

/// Where the layer learns of the resource.
#[derive(Clone, Default)]
pub(crate) enum ResourceResolver {
    /// From axum, where the feature is on and axum has left its extensions; else from the URI.
    #[default]
    Framework,
    /// From the application, as far as it says something.
    Custom(Arc<dyn Fn(&Parts) -> ResourceMatch + Send + Sync>, Serial),
}

impl ResourceResolver {
    pub(crate) fn custom(
        resolve: impl Fn(&Parts) -> ResourceMatch + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(Arc::new(resolve), Serial::next())
    }

    /// The URI as the client sent it, if that can be told without resolving the rest.
    pub(crate) fn original_uri<'p>(&self, parts: &'p Parts) -> Option<&'p Uri> {
        match self {
            Self::Framework => Some(framework_uri(parts)),
            Self::Custom(..) => None,
        }
    }

    pub(crate) fn is_custom(&self) -> bool {
        matches!(self, Self::Custom(..))
    }

    /// What tells it from others.
    pub(crate) fn distinction(&self) -> String {
        match self {
            Self::Framework => "framework".to_owned(),
            Self::Custom(_, serial) => format!("custom {serial}"),
        }
    }

    /// What the application leaves open is filled in from the framework: above all the original URI,
    /// without which a nested router would be matched on half a path.
    pub(crate) fn resolve(&self, parts: &mut Parts) -> ResourceMatch {
        let known = framework_match(parts);
        match self {
            Self::Framework => known,
            Self::Custom(resolve, _) => resolve(parts).or(known),
        }
    }
}

#[cfg(feature = "testing")]
impl ResourceResolver {
    /// A [`ResourceMatch`] in the request's extensions goes first.
    pub(crate) fn or_as_the_test_says(&self) -> Self {
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
