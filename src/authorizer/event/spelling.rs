//! How API Gateway spells the names of headers, which reach this crate in lower case.

use http::{HeaderName, header};

#[derive(Clone, Copy)]
pub(super) enum Spelling {
    /// `Authorization`, `X-Api-Key`, `Sec-WebSocket-Key`.
    Capitalized,
    /// As recorded for the payload format 1.0: capitalized, except for `authorization` and `accept-encoding`.
    CapitalizedButTwo,
    LowerCase,
}

impl Spelling {
    pub(super) fn of(self, name: &HeaderName) -> String {
        match self {
            Self::Capitalized => capitalized(name),
            Self::CapitalizedButTwo => match *name {
                header::AUTHORIZATION | header::ACCEPT_ENCODING => name.as_str().to_owned(),
                _ => capitalized(name),
            },
            Self::LowerCase => name.as_str().to_owned(),
        }
    }
}

fn capitalized(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        word => {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        }
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_most_clients_do() {
        for (name, spelled) in [
            ("authorization", "Authorization"),
            ("x-amzn-trace-id", "X-Amzn-Trace-Id"),
            ("sec-websocket-key", "Sec-WebSocket-Key"),
            ("x--y", "X--Y"),
        ] {
            let name = HeaderName::from_static(name);
            assert_eq!(Spelling::Capitalized.of(&name), spelled);
        }
        let spelled = Spelling::CapitalizedButTwo.of(&header::AUTHORIZATION);
        assert_eq!(spelled, "authorization");
    }
}
