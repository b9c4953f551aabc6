//! Only for its dependencies.
