//! The names of request parameters in expressions.

/// Whether API Gateway allows the name in an expression such as `method.request.header.NAME`.
pub(crate) fn is_parameter_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | '-');
    !name.is_empty() && name.chars().all(fits)
}
