//! The same for random paths. `FORWARD_AUTH_REQUESTS` sets how many, `FORWARD_AUTH_SEED` repeats a run.

use std::env;

use fastrand::Rng;
use serde_json::json;

use crate::{
    paths::{is_one_path, is_one_target, is_open},
    proxies::{Kind, Proxy},
    scene::Scene,
    upstream::Upstream,
    wire::send_bytes,
};

const PIECES: [&[u8]; 40] = [
    b"/",
    b"/",
    b"/",
    b"/",
    b"//",
    b"open",
    b"open",
    b"pets",
    b"pets",
    b"..",
    b".",
    b"%2e",
    b"%2E%2e",
    b"%2F",
    b"%5c",
    b"\\",
    b";",
    b"#",
    b"?",
    b"&a=b",
    b"%61",
    b"%6Fpen",
    b"%00",
    b"%",
    b"%zz",
    b"%25",
    b"*",
    b"$",
    b"{",
    b"}",
    b"\xc3\xa9",
    b"\xff",
    b"%C3%A9",
    b"%FF",
    b":",
    b"@",
    b"+",
    b"|",
    b"~",
    b"\"",
];

fn target(random: &mut Rng) -> Vec<u8> {
    let pieces = random.usize(1..9);
    let mut target = b"/".to_vec();
    for _ in 0..pieces {
        target.extend_from_slice(PIECES[random.usize(..PIECES.len())]);
    }
    target
}

pub(crate) fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |number| number.parse().unwrap())
}

#[test]
fn random_paths_are_judged_as_they_are_forwarded() {
    let requests = number("FORWARD_AUTH_REQUESTS", 150);
    let seed = number("FORWARD_AUTH_SEED", fastrand::u64(..));
    println!("FORWARD_AUTH_SEED={seed}");
    let telling = json!({"ACCESS_DENIED": {"responseTemplates": {"text/plain": "$context.path"}}});
    for scene in Scene::all_with(telling, Kind::documented) {
        let mut random = Rng::with_seed(seed);
        let (mut forwarded, mut open) = (0, 0);
        for _ in 0..requests {
            let target = target(&mut random);
            forwarded += u64::from(is_one_path(&scene, &target));
            open += u64::from(passes_without_a_token(&scene, &target));
        }
        println!(
            "{:?}: {requests} paths, {forwarded} forwarded, {open} open",
            scene.kind
        );
        assert!(forwarded > requests / 20);
    }
}

/// Without a token, the server gets the open operation and nothing else.
fn passes_without_a_token(scene: &Scene, target: &[u8]) -> bool {
    send_bytes(scene.proxy.address, &[b"GET ", target].concat(), &[]);
    let received = scene.upstream.take();
    let Some(received) = received.first() else {
        return false;
    };
    assert!(is_open(&received.path()), "{received:?}");
    true
}

#[test]
fn a_proxy_asks_about_the_random_target_that_it_forwards() {
    let requests = number("FORWARD_AUTH_REQUESTS", 150);
    let seed = number("FORWARD_AUTH_SEED", fastrand::u64(..));
    println!("FORWARD_AUTH_SEED={seed}");
    for kind in Kind::installed() {
        let (asked, upstream) = (Upstream::start(), Upstream::start());
        let proxy = Proxy::start(kind, asked.address, upstream.address);
        let mut random = Rng::with_seed(seed);
        let mut forwarded = 0;
        for _ in 0..requests {
            let target = target(&mut random);
            forwarded += u64::from(is_one_target(&proxy, kind, &target, &asked, &upstream));
        }
        println!("{kind:?}: {requests} targets, {forwarded} forwarded");
        assert!(forwarded > requests / 20);
    }
}
