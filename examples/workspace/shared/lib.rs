//! An empty library: this package exists only for its dependencies.
