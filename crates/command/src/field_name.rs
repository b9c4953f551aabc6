//! Names of header fields, as compared by servers that keep fields in variables (CGI, WSGI, PHP). For them, `x_user`
//! and `x.user` are the same as `x-user`.

/// A name as these servers compare it.
pub(crate) fn folded_bytes(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => byte.to_ascii_lowercase(),
        _ => b'-',
    })
}

/// Whether such a server may treat both names as the same.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    folded_bytes(one.as_bytes()).eq(folded_bytes(other.as_bytes()))
}

/// Whether a name has only letters, digits and `-`. Two usual names are alike only if they are equal.
pub(crate) fn is_usual(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
