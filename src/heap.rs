//! How much memory a result takes, summed up over its parts. A policy's parts are counted by the language.

pub(crate) use execute_api_policy::layer_only::{HeapBytes, shared};
