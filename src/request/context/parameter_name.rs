//! The names of request parameters in mapping expressions.

/// API Gateway's rule for the names in mapping expressions.
pub(crate) fn is_parameter_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | '-');
    !name.is_empty() && name.chars().all(fits)
}
