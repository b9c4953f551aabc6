//! Random checks, by the thousand.
