//! Three ways to recognise a caller, each a whole app with its tests. `docs/recipes.md` explains them.

pub mod api_key;
pub mod jwt;
pub mod opaque_token;
