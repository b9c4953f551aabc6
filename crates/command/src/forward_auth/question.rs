//! What a proxy asks for.

use crate::failure::in_one_line;

/// The path selects the question. It is part of the proxy's configuration, and policies are never evaluated for it. A
/// client's path that arrives here by mistake lets nothing through.
pub(super) enum Question {
    /// Whether a request may pass. The answer is what the client should see.
    Authorize,
    /// The same for nginx, which cannot pass on a response. A refusal is in a header.
    AuthorizeForNginx,
    /// The response that is in a header.
    Refusal,
}

impl Question {
    pub(super) fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Authorize),
            "/nginx" => Some(Self::AuthorizeForNginx),
            "/nginx/refused" => Some(Self::Refusal),
            _ => None,
        }
    }

    pub(super) fn unknown(path: &str) -> String {
        in_one_line(format_args!(
            "the proxy asks at `{path}`: let nginx ask at `/nginx` (`proxy_pass http://ADDRESS/nginx;`), Caddy (`uri /`) \
             and Traefik (`address: http://ADDRESS/`) at `/`"
        ))
    }
}
