//! A client sends every header that `forward-auth` trusts.

use serde_json::{Value, json};

use crate::{proxies::Kind, scene::Scene};

/// Says in a refusal how the request was judged.
fn telling() -> Value {
    let judged = "$context.httpMethod $context.path $context.identity.sourceIp $context.domainName";
    let telling = json!({"responseTemplates": {"text/plain": judged}});
    json!({"ACCESS_DENIED": telling, "UNAUTHORIZED": telling})
}

/// Each describes another request, from another client.
const FORGED: [(&str, &str); 11] = [
    ("X-Original-Method", "GET"),
    ("X-Original-URI", "/open"),
    ("X-Original-URL", "https://api.example/open"),
    ("X-Forwarded-Method", "GET"),
    ("X-Forwarded-Uri", "/open"),
    ("X-Forwarded-Host", "forged.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-For", "198.51.100.66"),
    ("X-Real-IP", "198.51.100.66"),
    (
        "Forwarded",
        "for=198.51.100.66;proto=https;host=forged.example",
    ),
    ("X-Refusal", "MjAwCgo"),
];

/// Ways to write a header that some program may read as the same.
fn spellings(name: &str) -> Vec<String> {
    vec![
        name.to_owned(),
        name.to_lowercase(),
        name.to_uppercase(),
        name.replace('-', "_"),
        name.replace('-', "."),
        format!("{name} "),
    ]
}

#[test]
fn no_header_of_a_client_changes_what_is_judged() {
    for configuration in [Kind::documented, Kind::with_underscores] {
        for scene in Scene::all_with(telling(), configuration) {
            for (name, value) in FORGED {
                for name in spellings(name) {
                    for times in [1, 3] {
                        is_judged_as_it_is(&scene, &vec![(name.as_str(), value); times]);
                    }
                }
            }
            is_judged_as_it_is(&scene, &FORGED);
            // A proxy removes headers that are named here.
            let names = FORGED.map(|(name, _)| name).join(", ");
            is_judged_as_it_is(&scene, &[("Connection", &names)]);
            is_judged_as_it_is(&scene, &[&FORGED[..], &[("Connection", &names)]].concat());
        }
    }
}

#[track_caller]
fn is_judged_as_it_is(scene: &Scene, forged: &[(&str, &str)]) {
    let judged = |line: &str, token: Option<&str>| {
        let token = token.map(|token| ("Authorization", token));
        let headers: Vec<_> = forged.iter().copied().chain(token).collect();
        let answer = scene.send(line, &headers);
        (answer.status, answer.body)
    };
    let kind = scene.kind;
    let (status, body) = judged("PUT /pets/7?q", Some("denied"));
    // A proxy may refuse a name with a space by itself, and the guard refuses disguised names.
    if status != 400 || !forged[0].0.contains([' ', '_', '.']) {
        let expected = (403, "PUT /local/pets/7 127.0.0.1 api.example".to_owned());
        assert_eq!((status, body), expected, "{kind:?} {forged:?}");
    }
    assert_ne!(judged("GET /pets/7", None).0, 200, "{kind:?} {forged:?}");
    assert_ne!(
        judged("GET /pets/7", Some("tls")).0,
        200,
        "{kind:?} {forged:?}"
    );
    assert!(scene.upstream.take().is_empty(), "{kind:?} {forged:?}");
}

/// What servers believe about a client if a proxy says it.
const OF_PROXIES: [&str; 20] = [
    "CF-Connecting-IP",
    "Client-IP",
    "Fastly-Client-IP",
    "Forwarded",
    "Proxy",
    "True-Client-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Method",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Forwarded-Uri",
    "X-Original-Method",
    "X-Real-IP",
    "X-Scheme",
];

#[test]
fn the_server_learns_about_the_client_from_the_proxy_alone() {
    for configuration in [Kind::documented, Kind::with_underscores] {
        for scene in Scene::all_with(json!({}), configuration) {
            let mut passed_on = 0;
            for name in OF_PROXIES.into_iter().flat_map(spellings) {
                let headers = [("Authorization", "ok"), (&*name, "198.51.100.66")];
                scene.send("GET /pets", &headers);
                let received = scene.upstream.take();
                passed_on += received.len();
                let mut values = received.iter().flat_map(|received| &received.headers);
                let is_forged = |(_, value): &(String, String)| value.contains("198.51.100.66");
                assert!(!values.any(is_forged), "{:?} {received:?}", scene.kind);
            }
            // The others are refused.
            assert!(passed_on >= OF_PROXIES.len(), "{:?}", scene.kind);
        }
    }
}
