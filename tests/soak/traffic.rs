//! Random requests, and the required outcome of each.

use std::net::{IpAddr, SocketAddr};

use fastrand::Rng;
use http::Request;

use crate::{
    oracle::{Expected, Facts, Sent, Subject},
    places::{Kind, Place},
    policies::API_ARN,
};

/// The header with a request's number.
pub(crate) const NUMBER: &str = "x-soak-number";

const METHODS: [&str; 4] = ["GET", "GET", "POST", "DELETE"];

const ADDRESSES: [&str; 3] = ["203.0.113.7", "203.0.113.200", "198.51.100.1"];

/// Paths with their other spellings. The first one is the decoded path, if that differs.
const PATHS: [(&str, &[&str]); 8] = [
    ("/", &[]),
    ("/pets", &[]),
    ("/pets/1", &[]),
    ("/pets/secret", &[]),
    ("/%70ets/secret", &["/pets/secret"]),
    ("/admin", &[]),
    ("/admin/", &["/admin"]),
    ("//admin", &["/admin"]),
];

const AMBIGUOUS_PATHS: [&str; 3] = ["/pets/../admin", "/pets%2Fsecret", "/pets%00"];

/// Which authorizer guards an operation of the whole API.
#[derive(Debug, Clone, Copy)]
enum Guarded {
    ByToken,
    ByRequest,
    Open,
    Unknown,
}

const OPERATIONS: [(&str, &str, Guarded); 10] = [
    ("GET", "/pets", Guarded::ByToken),
    ("POST", "/pets", Guarded::ByRequest),
    ("GET", "/pets/1", Guarded::ByToken),
    ("GET", "/pets/secret", Guarded::ByToken),
    ("DELETE", "/pets/1", Guarded::ByRequest),
    ("DELETE", "/pets/secret", Guarded::ByRequest),
    ("GET", "/open", Guarded::Open),
    ("GET", "/admin", Guarded::Unknown),
    ("POST", "/open", Guarded::Unknown),
    ("DELETE", "/pets", Guarded::Unknown),
];

/// The credential of a client.
#[derive(Debug, Clone)]
struct Credentials {
    token: Option<String>,
    tenant: Option<&'static str>,
}

/// One of a few identities that are used again and again or, sometimes, an identity that is used once.
fn credentials(random: &mut Rng, number: u64) -> Credentials {
    let token = match random.u8(..64) {
        0 => None,
        1 => Some(String::new()),
        2..6 => Some(format!("once-{number}")),
        _ => Some(format!("token-{}", random.u8(..5))),
    };
    let tenant = match random.u8(..32) {
        0 => None,
        _ => random.choice(["acme", "globex"]),
    };
    Credentials { token, tenant }
}

/// An identity that probably has a cached result.
pub(crate) fn identity(random: &mut Rng, place: &Place) -> Subject {
    let credentials = Credentials {
        token: Some(format!("token-{}", random.u8(..5))),
        tenant: random.choice(["acme", "globex"]),
    };
    let (authorizer, both) = match place.kind {
        Kind::Token(authorizer) | Kind::Http(authorizer) => (authorizer, false),
        Kind::TwoSources(authorizer) => (authorizer, true),
        Kind::Whole { token, .. } if random.bool() => (token, false),
        Kind::Whole { request, .. } => (request, true),
    };
    (authorizer, credentials.values(both))
}

impl Credentials {
    fn values(&self, both: bool) -> Vec<String> {
        let tenant = self.tenant.filter(|_| both).map(str::to_owned);
        self.token.clone().into_iter().chain(tenant).collect()
    }

    fn expected(&self, authorizer: usize, both: bool, empty_is_a_value: bool) -> Expected {
        match &self.token {
            None => Expected::Refused("IdentitySourceMissing"),
            Some(token) if token.is_empty() && !empty_is_a_value => {
                Expected::Refused("IdentitySourceEmpty")
            }
            Some(_) if both && self.tenant.is_none() => Expected::Refused("IdentitySourceMissing"),
            Some(_) => Expected::Asked((authorizer, self.values(both))),
        }
    }
}

/// A request before it is sent.
pub(crate) fn planned(random: &mut Rng, place: &Place, number: u64, facts: &Facts) -> Sent {
    let credentials = credentials(random, number);
    let (method, path, spellings, expected) = match place.kind {
        Kind::Whole { token, request } => {
            let (method, path, guarded) = random.choice(OPERATIONS).unwrap();
            let expected = match guarded {
                Guarded::ByToken => credentials.expected(token, false, false),
                Guarded::ByRequest => credentials.expected(request, true, false),
                Guarded::Open => Expected::Open,
                Guarded::Unknown => Expected::Refused("NoSuchOperation"),
            };
            (method, path, &[][..], expected)
        }
        Kind::Token(authorizer) | Kind::Http(authorizer) | Kind::TwoSources(authorizer) => {
            let both = matches!(place.kind, Kind::TwoSources(_));
            let is_http = matches!(place.kind, Kind::Http(_));
            let expected = credentials.expected(authorizer, both, is_http);
            let method = random.choice(METHODS).unwrap();
            match random.u8(..32) {
                0 => {
                    let path = random.choice(AMBIGUOUS_PATHS).unwrap();
                    let expected = match expected {
                        Expected::Asked(_) => Expected::Refused("AmbiguousPath"),
                        earlier => earlier,
                    };
                    (method, path, &[][..], expected)
                }
                _ => {
                    let (path, spellings) = random.choice(PATHS).unwrap();
                    (method, path, spellings, expected)
                }
            }
        }
    };
    let (own, others) = if path.contains('%') && facts.decodes_path {
        let own = spellings.first().copied().unwrap_or(path);
        let all = [&[path], spellings].concat();
        (own, all.into_iter().filter(|other| *other != own).collect())
    } else {
        (path, spellings.to_vec())
    };
    let arn = |path: &str| {
        let path = path.strip_prefix('/').unwrap_or(path);
        format!("{API_ARN}/{method}/{path}")
    };
    Sent {
        number,
        token: credentials.token,
        tenant: credentials.tenant,
        expected,
        method,
        path,
        method_arn: arn(own),
        other_spellings: others.into_iter().map(arn).collect(),
        source_ip: random.choice(ADDRESSES).unwrap(),
        begun: 0,
        begun_at: 0,
        has_company: false,
        polls: 0,
        passed: false,
    }
}

pub(crate) fn request(sent: &Sent) -> Request<()> {
    let query = sent.tenant.map(|tenant| format!("?tenant={tenant}"));
    let uri = format!("{}{}", sent.path, query.unwrap_or_default());
    let peer: IpAddr = sent.source_ip.parse().unwrap();
    let mut request = Request::builder()
        .method(sent.method)
        .uri(uri)
        .header(NUMBER, sent.number)
        .extension(SocketAddr::new(peer, 4711));
    if let Some(token) = &sent.token {
        request = request.header("authorization", token);
    }
    request.body(()).unwrap()
}
