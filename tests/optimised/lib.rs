//! Nothing but the tests of this package, which are in the folder above.
