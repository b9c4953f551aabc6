//! A proxy with a cache: no answer may be used for another request.

use serde_json::json;

use crate::{proxies::Kind, scene::Scene};

/// Caches everything that may be cached, as people write it for their server's responses. The answers themselves forbid
/// it, also without the lines of the documentation.
fn with_a_cache(kind: Kind) -> String {
    let page = kind.documented().replace("proxy_cache off;", "");
    match kind {
        Kind::Nginx => format!(
            "proxy_cache_path cached keys_zone=responses:1m;\n{}",
            page.replace(
                "auth_request /_forward_auth;",
                "auth_request /_forward_auth;\n    proxy_cache responses;\n    proxy_cache_valid any 10m;"
            )
        ),
        Kind::Caddy => page,
    }
}

#[test]
fn no_answer_is_used_for_another_request() {
    let responses = json!({"ACCESS_DENIED": {
        "statusCode": 418,
        "responseTemplates": {"text/plain": "$context.path"},
    }});
    for scene in Scene::all_with(responses, with_a_cache) {
        let send = |line, token| scene.send(line, &[("Authorization", token)]);
        for round in 0..2 {
            assert_eq!(send("GET /pets", "ok").status, 200, "{round}");
            let refused = send("GET /pets", "unknown");
            assert_eq!(refused.status, 401, "{round}");
            assert_eq!(refused.header("x-accel-expires"), None);
            assert_eq!(refused.header("cache-control"), None);
            assert_eq!(send("GET /pets", "denied").body, "/local/pets", "{round}");
            assert_eq!(send("GET /cats", "denied").body, "/local/cats", "{round}");
            assert_eq!(send("GET /pets", "broken").status, 500, "{round}");
            assert_eq!(send("GET /cats", "unknown").status, 401, "{round}");
            assert_eq!(send("GET /pets", "ok").status, 200, "{round}");
        }
    }
}
