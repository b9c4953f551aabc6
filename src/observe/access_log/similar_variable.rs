//! The known variable that is most similar to an unknown name, for error messages.

use super::variable::known_names;
use crate::policy::edit_distance;

/// The name of the most similar variable. A name without its first part, such as `principalId`, is that variable.
pub(super) fn similar_variable(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let nearest = known_names().min_by_key(|known| {
        let known = known.to_ascii_lowercase();
        let last_part = known.rsplit('.').next().unwrap_or_default();
        match (known == name, last_part == name) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 1 + edit_distance(known.as_bytes(), name.as_bytes()),
        }
    });
    nearest.unwrap_or("requestId")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_variable_is_found() {
        for (name, expected) in [
            ("requestID", "requestId"),
            ("reqestTime", "requestTime"),
            ("principalId", "authorizer.principalId"),
            ("sourceIp", "identity.sourceIp"),
            ("identity.useragent", "identity.userAgent"),
            ("error.responsetype", "error.responseType"),
            ("integration.lateny", "integration.latency"),
        ] {
            assert_eq!(similar_variable(name), expected, "{name}");
        }
    }
}
