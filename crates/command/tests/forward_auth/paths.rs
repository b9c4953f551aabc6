//! The server gets exactly the path that was judged, in whichever way a client writes it.

use serde_json::{Value, json};

use crate::{
    proxies::{Kind, Proxy},
    scene::Scene,
    upstream::{Upstream, latin_1},
    wire::send_bytes,
};

/// Ways to write a path that programs read differently.
const SPELLINGS: [&[u8]; 64] = [
    b"/pets",
    b"/pets/",
    b"//pets",
    b"/pets//7",
    b"///",
    b"/PETS",
    b"/p%65ts",
    b"/%70%65%74%73",
    b"/pets/..",
    b"/pets/../open",
    b"/open/../pets",
    b"/pets/./7",
    b"/pets/.",
    b"/./pets",
    b"/../pets",
    b"/%2e%2e/pets",
    b"/open/%2e%2e/pets",
    b"/open/.%2e/pets",
    b"/open/%2E./pets",
    b"/open%2F..%2Fpets",
    b"/open/..%2Fpets",
    b"/pets%2F7",
    b"/pets%2f7",
    b"/pets%5C7",
    b"/pets\\7",
    b"/open/..\\pets",
    b"/open/..%5Cpets",
    b"/%252e%252e/pets",
    b"/pets;v=1",
    b"/open;/../pets",
    b"/open/..;/pets",
    b"/pets;",
    b"/pets#open",
    b"/open#/../pets",
    b"/pets%23open",
    b"/pets?",
    b"/pets??",
    b"/pets?/../open",
    b"/pets?a=1#b",
    b"/pets?a=%2F..%2F",
    b"/pets%3Fopen",
    b"/pets%00",
    b"/pets%0A",
    b"/pets%0d%0aX-A:%20b",
    b"/pets%20",
    b"/pets%",
    b"/pets%zz",
    b"/pets%u002f",
    b"/p\xc3\xa4ts",
    b"/p%C3%A4ts",
    b"/p\xe4ts",
    b"/p%E4ts",
    b"/%c0%af",
    b"/pets*",
    b"/pets|7",
    b"/pets\"<>^`{}",
    b"/pets:80@host",
    b"/@host/pets",
    b"/pets+7",
    b"/pets&a=b",
    b"http://api.example/open/../pets",
    b"http://api.example",
    b"http://api.example?q",
    b"*",
];

/// Says in a refusal which path was judged.
fn telling() -> Value {
    json!({"ACCESS_DENIED": {"responseTemplates": {"text/plain": "$context.path"}}})
}

#[test]
fn the_server_gets_the_path_that_was_judged() {
    for scene in Scene::all_with(telling(), Kind::documented) {
        let forwarded = SPELLINGS
            .iter()
            .filter(|spelling| is_one_path(&scene, spelling));
        // The others are refused by the proxy or by the guard.
        assert!(forwarded.count() >= 20, "{:?}", scene.kind);
    }
}

/// Whether the server gets it. Then it gets the path that was judged.
#[track_caller]
pub(crate) fn is_one_path(scene: &Scene, target: &[u8]) -> bool {
    let kind = scene.kind;
    let line = [b"GET ", target].concat();
    let send = |token| send_bytes(scene.proxy.address, &line, &[("Authorization", token)]);
    let answer = send("ok");
    let received = scene.upstream.take();
    let shown = latin_1(target);
    let refusal = send("denied");
    let received_again = scene.upstream.take();
    let [received] = &received[..] else {
        assert!(answer.status >= 400, "{kind:?} {shown}: {answer:?}");
        assert!(
            received.is_empty() && received_again.is_empty(),
            "{kind:?} {shown}"
        );
        return false;
    };
    assert_eq!(answer.body, "hello", "{kind:?} {shown}");
    let path = received.path();
    if let [again] = &received_again[..] {
        assert_eq!(again.path(), path, "{kind:?} {shown}");
        assert!(is_open(&path), "{kind:?} {shown}: {path}");
        return true;
    }
    let judged = refusal.body.strip_prefix("/local").unwrap_or_default();
    assert_eq!(path, latin_1(judged.as_bytes()), "{kind:?} {shown}");
    true
}

/// Whether a server may read it as the open operation.
pub(crate) fn is_open(path: &str) -> bool {
    let path = path.replace("%6F", "o");
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.eq(["open"])
}

/// This is about the proxies alone: whatever they forward is what they ask about.
#[test]
fn a_proxy_asks_about_the_target_that_it_forwards() {
    for kind in Kind::installed() {
        let (asked, upstream) = (Upstream::start(), Upstream::start());
        let proxy = Proxy::start(kind, asked.address, upstream.address);
        let mut forwarded = 0;
        for spelling in SPELLINGS {
            forwarded += usize::from(is_one_target(&proxy, kind, spelling, &asked, &upstream));
        }
        assert!(forwarded >= 40, "{kind:?}: {forwarded}");
    }
}

/// Whether the server gets it.
#[track_caller]
pub(crate) fn is_one_target(
    proxy: &Proxy,
    kind: Kind,
    target: &[u8],
    asked: &Upstream,
    upstream: &Upstream,
) -> bool {
    let shown = latin_1(target);
    send_bytes(proxy.address, &[b"GET ", target].concat(), &[]);
    let (asked, received) = (asked.take(), upstream.take());
    let [received] = &received[..] else {
        assert!(received.is_empty(), "{kind:?} {shown}");
        return false;
    };
    let name = match kind {
        Kind::Nginx => "x-original-uri",
        Kind::Caddy => "x-forwarded-uri",
    };
    assert_eq!(asked.len(), 1, "{kind:?} {shown}");
    // nginx adds the slash that a URL without a path lacks. `forward-auth` refuses that.
    let described = asked[0].header(name).concat();
    if described.starts_with('/') || described == "*" {
        assert_eq!(described, latin_1(&received.target), "{kind:?} {shown}");
    }
    true
}

/// The way of the documentation to forward another path: one variable for both.
#[test]
fn a_path_without_its_prefix_is_judged_as_it_is_forwarded() {
    let page = include_str!("../../../../docs/forward-auth.md");
    let (_, map) = page.split_once("```nginx-map\n").unwrap();
    let (map, _) = map.split_once("```").unwrap();
    let configuration = |kind: Kind| {
        let page = kind.documented();
        let page = page.replace(
            "proxy_pass http://127.0.0.1:8000;",
            "proxy_pass http://127.0.0.1:8000$api_uri;",
        );
        let page = page.replace("X-Original-URI $request_uri", "X-Original-URI $api_uri");
        let page = page.replace(
            "\t\tforward_auth",
            "\t\turi strip_prefix /api\n\t\tforward_auth",
        );
        match kind {
            Kind::Nginx => format!("{map}{page}"),
            Kind::Caddy => page,
        }
    };
    for scene in Scene::all_with(telling(), configuration) {
        let spellings: Vec<_> = SPELLINGS
            .iter()
            .map(|path| [b"/api", *path].concat())
            .collect();
        let forwarded = spellings
            .iter()
            .filter(|spelling| is_one_path(&scene, spelling));
        assert!(forwarded.count() >= 20, "{:?}", scene.kind);
        // The open operation is the one without the prefix.
        assert_eq!(scene.send("GET /api/open", &[]).status, 200);
        assert_eq!(scene.upstream.take_one().target, b"/open");
        if scene.kind == Kind::Nginx {
            assert_eq!(scene.send("GET /open", &[]).status, 500);
            assert!(scene.upstream.take().is_empty());
        }
    }
}
