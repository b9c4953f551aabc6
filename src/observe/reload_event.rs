//! The replacement of a layer's settings by a handle, as observers receive it.

#[cfg(feature = "reload")]
use super::events;
#[cfg(feature = "reload")]
use crate::pipeline::settings::Settings;

/// The settings of a layer were replaced by a `ReloadHandle`. The observers of the new settings receive it.
#[derive(Debug)]
pub struct ReloadEvent<'e> {
    authorizer_name: Option<&'e str>,
}

impl ReloadEvent<'_> {
    /// The authorizer's [name](crate::LambdaAuthorizerLayer::authorizer_name), if it has one. The layer of a whole API is
    /// replaced as a whole, and has no name.
    #[must_use]
    pub fn authorizer_name(&self) -> Option<&str> {
        self.authorizer_name
    }
}

/// Requests that begin from now on use these settings.
#[cfg(feature = "reload")]
pub(crate) fn notify_of_reload(settings: &Settings) {
    let authorizer_name = settings.authorizer_name();
    events::reloaded(authorizer_name.unwrap_or_default());
    if let Some(observers) = &settings.observers {
        let event = ReloadEvent { authorizer_name };
        observers.notify(|observer| observer.reloaded(&event));
    }
}
