//! Whether two names are so similar that a client may have confused them.

/// A longer name is not a mistake, and a remedy must not quote it.
const MAX_NAME_LENGTH: usize = 100;

/// Whether the names differ only in case and separators, or are both usual names for a token.
pub(super) fn is_similar(other: &str, name: &str) -> bool {
    let plain = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    if other.len() > MAX_NAME_LENGTH {
        return false;
    }
    let (other_plain, name_plain) = (plain(other), plain(name));
    let is_same = other != name && other_plain == name_plain;
    let is_about_tokens = |name: &str| {
        let name = name.strip_prefix('x').unwrap_or(name);
        matches!(
            name,
            "auth"
                | "authorization"
                | "authorisation"
                | "authentication"
                | "token"
                | "authtoken"
                | "authorizationtoken"
                | "accesstoken"
                | "bearer"
                | "jwt"
        )
    };
    is_same
        || (!other.eq_ignore_ascii_case(name)
            && is_about_tokens(&other_plain)
            && is_about_tokens(&name_plain))
}
