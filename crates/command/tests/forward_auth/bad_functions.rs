//! Functions that are late, die, or answer with garbage.

use crate::{
    bad_function::{BAD, app},
    process::Server,
    proxies::{Kind, Proxy},
    upstream::Upstream,
    wire::send,
};

#[test]
fn a_function_that_ends_badly_is_a_500_and_the_next_request_is_served() {
    let Some(folder) = app(1) else {
        return;
    };
    let forward_auth = Server::start_in(folder.path(), &["forward-auth", "template.yaml"]);
    for kind in Kind::installed() {
        let upstream = Upstream::start();
        let proxy = Proxy::start(kind, forward_auth.address, upstream.address);
        let ask = |token| send(proxy.address, "GET /pets", &[("Authorization", token)]);
        for bad in BAD {
            let answer = ask(bad);
            let expected = (500, r#"{"message":null}"#);
            assert_eq!((answer.status, &*answer.body), expected, "{kind:?} {bad}");
            assert!(upstream.take().is_empty(), "{kind:?} {bad}");
            assert_eq!(ask("ok").status, 200, "{kind:?} after {bad}");
            assert_eq!(upstream.take().len(), 1);
        }
    }
}
