//! Functions that are late, die, or answer with garbage, and a command that does not run.

use crate::{
    bad_function::{BAD, LATE, app},
    process::Server,
    proxies::{Kind, Proxy},
    scene::Scene,
    upstream::Upstream,
    wire::send,
};

#[test]
fn a_function_that_ends_badly_is_a_500_and_the_next_request_is_served() {
    // A minute is enough for all but the late one, also on a busy machine.
    let (late, others): (Vec<_>, Vec<_>) = BAD.into_iter().partition(|bad| *bad == LATE);
    for (seconds, functions) in [(60, others), (2, late)] {
        let Some(folder) = app(seconds) else {
            return;
        };
        let forward_auth = Server::start_in(folder.path(), &["forward-auth", "template.yaml"]);
        for kind in Kind::installed() {
            let upstream = Upstream::start();
            let proxy = Proxy::start(kind, forward_auth.address, upstream.address);
            let ask = |token| send(proxy.address, "GET /pets", &[("Authorization", token)]);
            for bad in &functions {
                let answer = ask(bad);
                let expected = (500, r#"{"message":null}"#);
                assert_eq!((answer.status, &*answer.body), expected, "{kind:?} {bad}");
                assert!(upstream.take().is_empty(), "{kind:?} {bad}");
                // On a busy machine, two seconds can be too short for any function.
                let attempts = if *bad == LATE { 20 } else { 1 };
                let is_served = (0..attempts).any(|_| ask("ok").status == 200);
                assert!(is_served, "{kind:?} after {bad}");
                assert_eq!(upstream.take().len(), 1);
            }
        }
    }
}

/// Not even on open operations, because nobody says that they are open.
#[test]
fn without_the_command_nothing_passes() {
    for mut scene in Scene::all() {
        let ask = |scene: &Scene, line| scene.send(line, &[("Authorization", "ok")]).status;
        assert_eq!(ask(&scene, "GET /pets"), 200);
        scene.upstream.take_one();
        scene.forward_auth.terminate();
        for line in ["GET /pets", "GET /open", "POST /pets"] {
            let status = ask(&scene, line);
            assert!(status >= 500, "{:?} {line}: {status}", scene.kind);
        }
        assert!(scene.upstream.take().is_empty(), "{:?}", scene.kind);
    }
}
