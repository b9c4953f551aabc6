//! The context reaches the server in headers, and a client's headers of these names do not.

use serde_json::json;

use crate::{proxies::Kind, scene::Scene};

/// The documented configuration with a second header.
fn with_tenant(kind: Kind) -> String {
    let page = kind.documented();
    match kind {
        Kind::Nginx => page
            .replace(
                "    auth_request_set $user",
                "    auth_request_set $tenant $upstream_http_x_tenant;\n    auth_request_set $user",
            )
            .replace(
                "        proxy_set_header X-User $user;",
                "        proxy_set_header X-User $user;\n        proxy_set_header X-Tenant $tenant;",
            ),
        Kind::Caddy => page
            .replace("copy_headers X-User", "copy_headers X-User X-Tenant")
            .replace(
                "request_header -X-User",
                "request_header -X-Tenant\n\t\trequest_header -X_Tenant\n\t\trequest_header -X-User",
            ),
    }
}

const FORGED: [(&str, &str); 6] = [
    ("X-User", "forged"),
    ("x-user", "forged"),
    ("X_User", "forged"),
    ("X-Tenant", "forged"),
    ("x_tenant", "forged"),
    ("Connection", "X-User, X-Tenant"),
];

#[test]
fn the_server_gets_the_context_and_nothing_of_the_client() {
    for scene in Scene::all_with(json!({}), with_tenant) {
        let cases = [
            ("GET /pets", "ok", "ann", "K%C3%A4se%20&%20Co"),
            ("GET /pets", "nobody", "ann", ""),
            // Nobody is asked who calls an open operation.
            ("GET /open", "ok", "", ""),
        ];
        for (line, token, user, tenant) in cases {
            let headers = [&FORGED[..], &[("Authorization", token)]].concat();
            let answer = scene.send(line, &headers);
            assert_eq!(answer.status, 200, "{line} {token}");
            let received = scene.upstream.take_one();
            let text = format!("{received:?}");
            assert!(!text.contains("forged"), "{text}");
            assert_eq!(received.header("x-user").concat(), user, "{line} {token}");
            assert_eq!(
                received.header("x-tenant").concat(),
                tenant,
                "{line} {token}"
            );
        }
    }
}
