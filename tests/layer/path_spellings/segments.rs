//! Policies whose paths are made from data: a request is allowed if its decoded segments begin with the policy's
//! segments, whatever these contain.

use std::{convert::Infallible, iter};

use http::{Request, Response};
use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use proptest::{prelude::*, sample::select};
use tower::{Layer, ServiceExt, service_fn};
use tower_lambda_authorizer::{
    AmbiguousPaths, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn, policy::PolicyBuilder,
};

/// Names of tenants that mean something else somewhere.
const HOSTILE: [&str; 37] = [
    "*",
    "?",
    "**",
    "acm*",
    "acm?",
    "a/b",
    "acme/orders",
    "/",
    "..",
    ".",
    "...",
    "",
    "%2A",
    "%2F",
    "%61cme",
    "%",
    "%25",
    "${aws:username}",
    "${*}",
    "$",
    "${",
    "a b",
    "a%20b",
    "caf\u{e9}",
    "caf%C3%A9",
    "user@example.com",
    "user%40example.com",
    "it's (fine)!",
    "acme",
    "acme2",
    "a\\b",
    "a\nb",
    "{id}",
    ":id",
    "a;b=c",
    "a+b",
    "tenants",
];

/// What a path cannot contain, and `%`.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');
const IN_COMPONENT: &AsciiSet = &IN_STRICT
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');
const IN_STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

#[derive(Debug, Clone, Copy)]
enum Kind {
    Rest,
    Http,
}

#[derive(Debug, Clone, Copy)]
enum Call {
    AllowUnder,
    AllowAt,
    DenyUnder,
    DenyAt,
}

impl Call {
    fn is_deny(self) -> bool {
        matches!(self, Self::DenyUnder | Self::DenyAt)
    }

    fn add(self, builder: PolicyBuilder, method: &str, tenant: &str) -> PolicyBuilder {
        let segments = ["tenants", tenant];
        match self {
            Self::AllowUnder => builder.allow_under(method, segments),
            Self::AllowAt => builder.allow_at(method, segments),
            Self::DenyUnder => builder.allow("*", "/*").deny_under(method, segments),
            Self::DenyAt => builder.allow("*", "/*").deny_at(method, segments),
        }
    }

    /// Whether the call is about a path of these segments.
    fn is_about(self, tenant: &str, path: &[String]) -> bool {
        let segments = ["tenants", tenant];
        match self {
            Self::AllowUnder | Self::DenyUnder => path.len() >= 2 && path[..2] == segments,
            Self::AllowAt | Self::DenyAt => path == segments,
        }
    }
}

/// The status of a GET for this path, if it is a path.
fn status(
    kind: Kind,
    paths: AmbiguousPaths,
    (call, method): (Call, &'static str),
    tenant: &str,
    path: &str,
) -> Option<u16> {
    let tenant = tenant.to_owned();
    let authorizer = BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
        let policy = call.add(request.policy_builder(), method, &tenant).build();
        async { Ok(AuthorizerResponse::policy(policy?).with_principal_id("p")) }
    }));
    let layer = match kind {
        Kind::Rest => LambdaAuthorizerLayer::token(authorizer),
        Kind::Http => LambdaAuthorizerLayer::http_api(authorizer),
    };
    let service = layer
        .ambiguous_paths(paths)
        .layer(service_fn(async |_: Request<String>| {
            Ok::<_, Infallible>(Response::new(http_body_util::Empty::<bytes::Bytes>::new()))
        }));
    let request = Request::get(path)
        .header("authorization", "t")
        .body(String::new())
        .ok()?;
    Some(
        tokio_test::block_on(service.oneshot(request))
            .unwrap()
            .status()
            .as_u16(),
    )
}

/// The decoded segments of a path, as the API reads it.
fn segments(kind: Kind, path: &str) -> Vec<String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let path = path.strip_prefix('/').unwrap();
    match kind {
        Kind::Rest => path.split('/').map(decode).collect(),
        Kind::Http => decode(path).split('/').map(String::from).collect(),
    }
}

fn is_possible(segment: &str) -> bool {
    !["", ".", ".."].contains(&segment)
        && !segment.contains(['/', '\\'])
        && !segment.contains(char::is_control)
}

fn kind() -> impl Strategy<Value = Kind> {
    select(&[Kind::Rest, Kind::Http][..])
}

fn call() -> impl Strategy<Value = Call> {
    select(
        &[
            Call::AllowUnder,
            Call::AllowAt,
            Call::DenyUnder,
            Call::DenyAt,
        ][..],
    )
}

fn tenant() -> impl Strategy<Value = String> {
    let letters = "([a-c*?$%{}/. @'é]|%2A|\\$\\{[*k]\\}){0,4}";
    prop_oneof![3 => select(&HOSTILE[..]).prop_map(String::from), 1 => letters]
}

/// Another tenant, which looks like this one.
fn other(tenant: String) -> impl Strategy<Value = (String, String)> {
    let encoded = |set| utf8_percent_encode(&tenant, set).to_string();
    let decoded = percent_decode_str(&tenant).decode_utf8_lossy().into_owned();
    let alike = vec![
        tenant.clone(),
        encoded(IN_PATH),
        encoded(IN_STRICT),
        decoded,
        format!("{tenant}2"),
        tenant.replace('*', "x"),
        tenant.replace('?', "x"),
        tenant.replace(' ', "+"),
        tenant.to_uppercase(),
    ];
    let other = prop_oneof![2 => select(alike), 1 => select(&HOSTILE[..]).prop_map(String::from)];
    (Just(tenant), other)
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Each usual encoding of each path is allowed exactly if it is meant.
    #[test]
    fn an_encoded_path_is_allowed_if_its_segments_begin_with_those_of_the_policy(
        kind in kind(),
        call in call(),
        method in select(&["GET", "*"][..]),
        (tenant, other) in tenant().prop_flat_map(other),
        set in select(vec![IN_PATH, IN_COMPONENT, IN_STRICT]),
        rest in prop_oneof![Just(""), Just("/"), Just("/orders"), Just("/orders/7")],
    ) {
        prop_assume!(is_possible(&other));
        let path = format!("/tenants/{}{rest}", utf8_percent_encode(&other, set));
        let path_segments = segments(kind, &path);
        let is_meant = is_possible(&tenant) && call.is_about(&tenant, &path_segments);
        let received = status(kind, AmbiguousPaths::AsReceived, (call, method), &tenant, &path);
        if !call.is_deny() {
            let expected = if is_meant { 200 } else { 403 };
            prop_assert_eq!(received, Some(expected), "{}", path);
        } else if is_meant {
            prop_assert_eq!(received, Some(403), "{}", path);
        } else if is_possible(&tenant) && !tenant.contains('%') && !other.contains('%') && rest != "/" {
            // Otherwise, what is denied may be more than what is meant, see the next test.
            prop_assert_eq!(received, Some(200), "{}", path);
        }
        let by_default = status(kind, AmbiguousPaths::Refuse, (call, method), &tenant, &path);
        let is_pattern = other.contains(['*', '?']) || other.contains("${");
        if is_pattern {
            prop_assert_eq!(by_default, Some(400), "{}", path);
        } else if !call.is_deny() {
            // Some servers drop a `;` and what follows it. Only the path without anything below it is allowed by its name.
            let expected = if path.contains(';') && !rest.is_empty() { Some(403) } else { received };
            prop_assert_eq!(by_default, expected, "{}", path);
        } else if is_meant {
            prop_assert_eq!(by_default, Some(403), "{}", path);
        }
    }

    /// For every request, an `Allow` covers nothing that is not meant, and a `Deny` covers all that is.
    #[test]
    fn no_request_gets_around_the_segments(
        kind in kind(),
        call in call(),
        method in select(&["GET", "*"][..]),
        tenant in tenant(),
        pieces in proptest::collection::vec((select(PIECES), select(SEPARATORS)), 0..5),
        start in select(&[None, Some("tenants"), Some("tenants/other/tenants")][..]),
    ) {
        let named = utf8_percent_encode(&tenant, IN_STRICT).to_string();
        let start = start.into_iter().flat_map(|start| [(start, "/"), (&*named, "/")]);
        let pieces = start.chain(pieces.iter().copied());
        let path: String = iter::once("/").chain(pieces.flat_map(|(piece, after)| [piece, after])).collect();
        for paths in [AmbiguousPaths::Refuse, AmbiguousPaths::AsReceived] {
            let Some(status) = status(kind, paths, (call, method), &tenant, &path) else { continue };
            let read = segments(kind, &path);
            let is_about = call.is_about(&tenant, &read);
            if call.is_deny() { prop_assert!(status != 200 || !is_about, "{} {}", path, status) } else { prop_assert!(status != 200 || is_about, "{} {}", path, status) }
            if paths == AmbiguousPaths::Refuse {
                // The service may merge slashes.
                let merged: Vec<_> = read.into_iter().filter(|segment| !segment.is_empty()).collect();
                let is_about = call.is_about(&tenant, &merged);
                prop_assert!(status != 200 || is_about != call.is_deny(), "{} {}", path, status);
            }
        }
    }
}

const PIECES: &[&str] = &[
    "tenants",
    "acme",
    "%61cme",
    "acm%65",
    "*",
    "%2A",
    "?x",
    "..",
    ".",
    "%2e%2e",
    "",
    "a b",
    "a%20b",
    "a%2520b",
    "%2F",
    "a%2Fb",
    "a%5Cb",
    "caf%C3%A9",
    "caf%c3%a9",
    "caf%FF",
    "user@example.com",
    "user%40example.com",
    "${aws:username}",
    "%24%7Baws:username%7D",
    "%25",
    "%252A",
    "orders",
    "tenants/acme",
    "%00",
    "%",
];
const SEPARATORS: &[&str] = &["/", "/", "/", "//", "%2F", ""];

/// Each hostile name gets its own path and no other tenant's, by name: the random tests may not have tried it.
#[test]
fn each_hostile_tenant_reaches_its_own_path_or_none() {
    for kind in [Kind::Rest, Kind::Http] {
        for tenant in HOSTILE {
            for other in HOSTILE.into_iter().filter(|other| is_possible(other)) {
                let path = format!(
                    "/tenants/{}/orders",
                    utf8_percent_encode(other, IN_COMPONENT)
                );
                let status = status(
                    kind,
                    AmbiguousPaths::AsReceived,
                    (Call::AllowUnder, "*"),
                    tenant,
                    &path,
                );
                let expected = if tenant == other { 200 } else { 403 };
                assert_eq!(status, Some(expected), "{kind:?} {tenant} {path}");
            }
        }
    }
}
