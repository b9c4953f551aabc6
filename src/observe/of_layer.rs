//! What every event that observers receive says about its layer.

/// The methods of an event with the `settings` of its layer.
macro_rules! of_layer {
    ($event:ident) => {
        impl $event<'_> {
            /// The authorizer's [name](crate::LambdaAuthorizerLayer::authorizer_name), if it has one.
            #[must_use]
            pub fn authorizer_name(&self) -> Option<&str> {
                self.settings.authorizer_name()
            }

            /// The type of API whose rules the layer follows.
            #[must_use]
            pub fn api_type(&self) -> crate::api_type::ApiType {
                self.settings.api_type()
            }
        }
    };
}

pub(super) use of_layer;
