//! The answers that Envoy gets.

use envoy_types::{
    ext_authz::v3::pb::{HeaderAppendAction, HeaderValueOption, OkHttpResponse},
    pb::{
        envoy::service::auth::v3::attribute_context::TlsSession,
        google::protobuf::{Struct, value::Kind},
    },
};
use tonic::transport::Channel;

use crate::{
    client::{ask, check, connect, denied, http_of, merged, ok, refusal, source},
    guard::Guard,
};

async fn guarded(options: &[&str]) -> (Guard, Channel) {
    let guard = Guard::start(options);
    let channel = connect(guard.server.address).await;
    (guard, channel)
}

/// The names and values of headers. Each replaces what is there, apart from further values of a name.
#[track_caller]
fn replacing(headers: &[HeaderValueOption]) -> Vec<(&str, &str)> {
    let each = headers.iter().map(|option| {
        let replaces = HeaderAppendAction::OverwriteIfExistsOrAdd;
        assert_eq!(option.append_action(), replaces);
        let header = option.header.as_ref().unwrap();
        (header.key.as_str(), header.value.as_str())
    });
    let mut each: Vec<_> = each.collect();
    each.sort_unstable();
    each
}

/// The headers that are removed, without those that always are.
fn removed(ok: &OkHttpResponse) -> Vec<&str> {
    const ALWAYS: [&str; 10] = [
        "path-info",
        "script-name",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-method",
        "x-original-uri",
        "x-original-url",
        "x-rewrite-url",
        "x-script-name",
    ];
    let names = ok.headers_to_remove.iter().map(String::as_str);
    names.filter(|name| !ALWAYS.contains(name)).collect()
}

#[tokio::test]
async fn an_allowed_request_goes_on_with_headers_of_the_context() {
    let (_guard, channel) = guarded(&[
        "--context-header",
        "x-user=principalId",
        "--context-header",
        "x-tenant=tenant",
        "--context-header",
        "x-team=team",
    ])
    .await;
    let forged = [
        ("authorization", "ann"),
        ("x-user", "root"),
        ("x_user", "root"),
        ("x.tenant", "root"),
        ("x-team", "root"),
        ("x-other", "kept"),
    ];
    for check in [
        check("GET", "/pets", &forged),
        merged(check("GET", "/pets?a=b", &forged)),
    ] {
        let ok = ok(ask(&channel, check).await);
        let set = [("x-tenant", "K%C3%A4se%20&%20Co"), ("x-user", "ann")];
        assert_eq!(replacing(&ok.headers), set);
        assert_eq!(removed(&ok), ["x-team", "x.tenant", "x_user"]);
        assert!(ok.response_headers_to_add.is_empty(), "{ok:?}");
    }

    // Envoy may hide headers that it passes on. On an open operation, there is no context.
    let open = ok(ask(&channel, check("GET", "/health", &[])).await);
    assert!(open.headers.is_empty(), "{open:?}");
    assert_eq!(removed(&open), ["x-team", "x-tenant", "x-user"]);
    // The authorizer named no principal.
    let nobody = check(
        "GET",
        "/pets",
        &[("authorization", "nobody"), ("x-user", "root")],
    );
    let nobody = ok(ask(&channel, nobody).await);
    assert!(nobody.headers.is_empty(), "{nobody:?}");
    assert_eq!(removed(&nobody), ["x-team", "x-tenant", "x-user"]);
}

#[tokio::test]
async fn the_context_is_metadata_for_other_filters() {
    let (_guard, channel) = guarded(&[]).await;
    let ann = check("GET", "/pets", &[("authorization", "ann")]);
    let metadata = ask(&channel, ann).await.dynamic_metadata.unwrap();
    assert_eq!(text(&metadata, "principalId"), Some("ann"));
    let Some(Kind::StructValue(context)) = &metadata.fields["context"].kind else {
        panic!("{metadata:?}");
    };
    assert_eq!(text(context, "tenant"), Some("Käse & Co"));
    assert_eq!(text(context, "level"), Some("3"));
    assert_eq!(text(context, "admin"), Some("true"));
    assert!(!format!("{metadata:?}").contains("a-credential"));

    let open = ask(&channel, check("GET", "/health", &[])).await;
    assert_eq!(open.dynamic_metadata, None);
}

fn text<'s>(fields: &'s Struct, name: &str) -> Option<&'s str> {
    match fields.fields.get(name)?.kind.as_ref()? {
        Kind::StringValue(text) => Some(text),
        _ => None,
    }
}

#[tokio::test]
async fn a_refused_request_gets_the_gateway_response() {
    let (_guard, channel) = guarded(&[]).await;
    let rows = [
        (None, "/pets", 401, r#"{"message":"Unauthorized"}"#),
        (Some("bob"), "/pets", 401, r#"{"message":"Unauthorized"}"#),
        (Some("eve"), "/pets", 500, r#"{"message":null}"#),
        (Some("unknown"), "/pets", 500, r#"{"message":null}"#),
        (
            Some("ann"),
            "/pets%2f7",
            400,
            r#"{"message":"Bad Request"}"#,
        ),
        (
            Some("ann"),
            "/nowhere",
            403,
            r#"{"message":"Missing Authentication Token"}"#,
        ),
    ];
    for (token, path, status, body) in rows {
        let token: Vec<_> = token
            .map(|token| ("authorization", token))
            .into_iter()
            .collect();
        for check in [
            check("GET", path, &token),
            merged(check("GET", path, &token)),
        ] {
            let answer = refusal(ask(&channel, check).await);
            assert_eq!(answer, (status, body.to_owned()), "{path}");
        }
    }

    // 418 is not in Envoy's list of statuses.
    let seven = check(
        "GET",
        "/pets/7",
        &[("authorization", "ann"), ("x-asked", "y")],
    );
    let seven = denied(ask(&channel, seven).await);
    assert_eq!(seven.status.unwrap().code, 418);
    let message = "User is not authorized to access this resource with an explicit deny in an identity-based policy";
    let body = format!(r#"{{"no": "{message}", "tänant": "Käse & Co"}}"#);
    assert_eq!(seven.body, body);
    let headers = replacing(&seven.headers);
    for header in [
        ("access-control-allow-origin", "https://pets.example"),
        ("content-type", "application/json"),
        ("x-amzn-errortype", "AccessDeniedException"),
        ("x-asked", "y"),
    ] {
        assert!(headers.contains(&header), "{headers:?}");
    }
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    assert!(names.contains(&"x-amzn-requestid"), "{names:?}");
    assert!(!names.contains(&"content-length"), "{names:?}");
}

#[tokio::test]
async fn each_refusal_is_one_line() {
    let (guard, channel) = guarded(&[]).await;
    ask(&channel, check("GET", "/pets?secret=s3cr3t", &[])).await;
    let mut broken = check("GET", "/pets", &[]);
    http_of(&mut broken).path = "pets".to_owned();
    ask(&channel, broken).await;
    let errors = guard
        .server
        .wait_for_error("400 the path does not begin with a slash\n");
    assert!(
        errors.contains("401 GET /pets: authorizer `keepers`: the identity source"),
        "{errors}"
    );
    assert!(!errors.contains("s3cr3t"), "{errors}");
}

#[tokio::test]
async fn the_client_is_the_one_that_is_connected_to_envoy() {
    let (_guard, channel) = guarded(&[]).await;
    let (_behind_proxy, behind_proxy) = guarded(&["--trusted-proxy", "10.0.0.0/8"]).await;
    let home = |address: &str, forwarded_for: &str| {
        let headers = [("x-place", "home"), ("x-forwarded-for", forwarded_for)];
        let mut check = check("GET", "/here", &headers);
        address.clone_into(&mut source(&mut check).address);
        check.attributes.as_mut().unwrap().tls_session = Some(TlsSession::default());
        check
    };
    let allowed =
        async |channel: &Channel, check| ask(channel, check).await.status.unwrap().code == 0;

    assert!(allowed(&channel, home("203.0.113.9", "192.0.2.1")).await);
    assert!(allowed(&channel, home("::ffff:203.0.113.9", "192.0.2.1")).await);
    assert!(!allowed(&channel, home("192.0.2.1", "203.0.113.9")).await);
    assert!(!allowed(&channel, home("10.0.0.1", "203.0.113.9")).await);
    assert!(allowed(&behind_proxy, home("10.0.0.1", "203.0.113.9")).await);
    assert!(!allowed(&behind_proxy, home("192.0.2.1", "203.0.113.9")).await);

    // Nothing that a client sends counts for TLS.
    let mut plain = home("203.0.113.9", "192.0.2.1");
    plain.attributes.as_mut().unwrap().tls_session = None;
    assert!(!allowed(&channel, plain).await);
    // A socket of Envoy's machine.
    let mut local = home("203.0.113.9", "192.0.2.1");
    local.attributes.as_mut().unwrap().source = None;
    assert!(!allowed(&channel, local).await);
}

#[tokio::test]
async fn all_forms_of_a_request_are_read() {
    let (_guard, channel) = guarded(&[]).await;
    let ann = || check("GET", "/pets/1", &[("authorization", "ann")]);
    for protocol in ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3", ""] {
        let mut check = ann();
        protocol.clone_into(&mut http_of(&mut check).protocol);
        ok(ask(&channel, check).await);
    }
    let mut plain = ann();
    http_of(&mut plain).scheme.clear();
    let headers = &mut http_of(&mut plain).header_map.as_mut().unwrap().headers;
    headers.retain(|header| !header.key.starts_with(':'));
    ok(ask(&channel, plain).await);
    let mut with_body = ann();
    http_of(&mut with_body).body = "a body".repeat(10_000);
    http_of(&mut with_body).raw_body = vec![0xff; 10_000];
    ok(ask(&channel, with_body).await);
    let mut as_text = ann();
    for header in &mut http_of(&mut as_text).header_map.as_mut().unwrap().headers {
        let raw = std::mem::take(&mut header.raw_value);
        header.value = String::from_utf8(raw).unwrap();
    }
    ok(ask(&channel, as_text).await);
}

#[tokio::test]
async fn a_new_version_of_the_document_is_in_force_without_a_new_connection() {
    let (guard, channel) = guarded(&[]).await;
    ok(ask(&channel, check("GET", "/health", &[])).await);
    guard.rewrite(
        r#""/health": {"get": {}}"#,
        r#""/health": {"get": {"security": [{"keepers": []}]}}"#,
    );
    guard.server.wait_for_error("api.json: read again");
    let (status, _) = refusal(ask(&channel, check("GET", "/health", &[])).await);
    assert_eq!(status, 401);
}
