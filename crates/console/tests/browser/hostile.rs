//! Requests and answers that want to be more than text.

use std::time::Duration;

use axum::{Router, routing::any};
use serde_json::json;
use tower_lambda_authorizer::{
    AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    policy::{Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

use crate::{
    chromedriver::in_a_page,
    page::Page,
    server::Server,
    zoo::{api, open_page},
};

/// Each would set `window.pwned`, or hide or reorder what one reads, if the page took it for more than text.
fn payloads() -> Vec<String> {
    let long = format!("{}<script>pwned = 5</script>", "x".repeat(20_000));
    let texts = [
        "<script>pwned = 1</script>",
        "\"><img src=x onerror=pwned=2>",
        "</pre></code></script><svg onload=pwned=3>",
        "javascript:pwned=4",
        "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}",
        "nul\0bell\u{7}esc\u{1b}[2J",
        "{{constructor.constructor('pwned=6')()}}${pwned=7}",
        "__proto__",
        &long,
    ];
    texts.map(str::to_owned).to_vec()
}

/// An app whose authorizer and gateway responses repeat payloads wherever they can.
fn app() -> Router {
    let console = Console::new();
    let answer = async |request: AuthorizerRequest| {
        let number: usize = request.header("x-payload").unwrap().parse().unwrap();
        let payload = &payloads()[number];
        let arn = match request.query("may") {
            Some(_) => "*".to_owned(),
            None => format!("arn:aws:execute-api:*:*:a1b2c3d4e5/prod/GET/{payload}"),
        };
        let policy = PolicyDocument::new([
            Statement::invoke(Effect::Allow, [arn]).with_sid(payload.as_str())
        ]);
        let response = AuthorizerResponse::policy(policy).with_principal_id(payload.as_str());
        Ok(response
            .with_context(payload.as_str(), payload.as_str())
            .with_context("said", payload.as_str()))
    };
    let denied = GatewayResponse::new()
        .header("x-said", "context.authorizer.said")
        .template(
            "text/html",
            "<p>$context.authorizer.said</p><script>pwned = 8</script>$context.path",
        );
    let responses = GatewayResponses::default()
        .with(ResponseType::AccessDenied, denied)
        .unwrap();
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(answer))
        .identity_sources(["$request.header.x-payload"])
        .unwrap()
        .api(api())
        .gateway_responses(responses)
        .authorizer_name("<b onclick=pwned=9>named</b>");
    Router::new()
        .route("/{*path}", any("served\n"))
        .route_layer(console.watch("<i>layer</i>\u{202e}", layer))
        .nest_service("/_authorizer", console.router())
}

/// For each payload, three requests: with the payload as its path, refused by the authorizer's policy, and allowed. All have
/// it as the name of a query parameter. Returns the ids of the decisions.
async fn attack(server: &Server) -> Vec<u64> {
    let mut ids = Vec::new();
    for (number, payload) in payloads().iter().enumerate() {
        // A server refuses longer ones.
        let payload: String = payload.chars().take(3_000).collect();
        let encoded: String = payload.bytes().map(encoded).collect();
        let refused = match () {
            // A path that could be read in two ways, or is a pattern.
            _ if payload.contains("${") || payload.contains(char::is_control) => 400,
            // One that is longer than a method ARN may be.
            _ if payload.len() > 1_500 => 414,
            _ => 403,
        };
        let number = number.to_string();
        let headers = [("x-payload", number.as_str()), ("x-'`|^~!onerror", "1")];
        for (path, query, status) in [
            (encoded.as_str(), "", refused),
            ("plain", "", 403),
            ("plain", "&may=1", 200),
        ] {
            let path = format!("/p/{path}?{encoded}=1&{encoded}[]{query}");
            // If the machine is busy, the console has no time for each story.
            let id = loop {
                let answer = server.connect().await.send("GET", &path, &headers).await;
                assert_eq!(answer.status(), status, "payload {number}");
                let latest = &server.console("decisions").await["decisions"][0];
                if latest["hasStory"] == json!(true) {
                    break latest["id"].as_u64().unwrap();
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            };
            ids.push(id);
        }
    }
    ids
}

/// All but the slash, which would be another path.
fn encoded(byte: u8) -> String {
    match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02X}"),
    }
}

/// Nothing ran, and nothing but the page's own elements is there.
async fn is_untouched(page: &Page) {
    let body = "
        const handlers = [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on')));
        return {
            pwned: typeof window.pwned,
            polluted: Object.keys(Object.getPrototypeOf({})).length + Number({}.said !== undefined),
            scripts: document.scripts.length,
            images: document.images.length,
            foreign: document.querySelectorAll('iframe, object, embed, b[onclick], body i, style').length,
            handlers: handlers.length,
            links: [...document.links].filter(({ protocol }) => protocol !== 'http:').length,
            overflow: document.documentElement.scrollWidth > innerWidth,
        };";
    let expected = json!({
        "pwned": "undefined", "polluted": 0, "scripts": 1, "images": 1, "foreign": 0, "handlers": 0, "links": 0,
        "overflow": false,
    });
    assert_eq!(page.run(body, vec![]).await, expected);
}

#[test]
fn text_stays_text() {
    in_a_page(async |page| {
        let server = Server::start(app());
        open_page(page, &server).await;
        let ids = attack(&server).await;
        let last = ids[ids.len() - 1];
        page.until(&format!(
            "document.querySelectorAll('.rows .row').length === {}",
            last + 1
        ))
        .await;
        is_untouched(page).await;
        page.picture("hostile-list").await;

        for id in &ids {
            show(page, *id).await;
            is_untouched(page).await;
            let story = page.text(".story").await;
            // Nothing reorders or hides text: such characters are written as their numbers.
            let controls = [
                '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\0', '\u{7}', '\u{1b}',
            ];
            let control = story.chars().find(|character| controls.contains(character));
            assert_eq!(control, None);
            page.picture(&format!("hostile-{id}")).await;
            // Long texts unfold.
            page.run(
                "for (const more of document.querySelectorAll('.story .more')) more.click()",
                vec![],
            )
            .await;
            is_untouched(page).await;
        }
        // The first one: shown as it is.
        show(page, ids[0]).await;
        assert!(
            page.text(".story")
                .await
                .contains("<script>pwned = 1</script>")
        );
        show(page, ids[12]).await;
        assert!(page.text(".story").await.contains("U+202E"));

        still_works(page).await;
    });
}

/// Opens the story of a decision.
async fn show(page: &Page, id: u64) {
    let hash = json!(format!("decision-{id}"));
    page.run("location.hash = arguments[0]", vec![hash]).await;
    page.until(&format!(
        "document.querySelector('.story .facts a')?.textContent === '#{id}' && document.querySelector('.story .verdict')"
    ))
    .await;
}

/// The page's own elements do what they did before.
async fn still_works(page: &Page) {
    page.press(fantoccini::key::Key::Escape).await;
    page.until("document.querySelector('.story').hidden").await;
    page.press('/').await;
    page.type_text("<script>").await;
    page.until("document.querySelectorAll('.rows .row').length > 0")
        .await;
    for tab in ["try", "policy", "configuration", "decisions"] {
        page.click(&format!("#tab-{tab}")).await;
        page.until(&format!(
            "document.getElementById('view-{tab}').checkVisibility()"
        ))
        .await;
        is_untouched(page).await;
    }
}

#[test]
fn what_is_pasted_stays_text() {
    in_a_page(async |page| {
        let server = Server::start(app());
        open_page(page, &server).await;
        page.click("#tab-policy").await;
        for payload in payloads().iter().filter(|payload| payload.len() < 1_000) {
            let arn = format!("arn:aws:execute-api:*:*:*/*/GET/{payload}");
            let statement = json!({"Sid": payload, "Effect": "Allow", "Action": payload, "Resource": [arn, payload],
                "Condition": {"StringEquals": {payload: payload}}});
            let valid = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
            for text in [valid.as_str(), payload, &format!("{{\"{payload}\": 1}}")] {
                let asked = page.run("return performance.getEntriesByName(new URL('policy', location.href).href).length", vec![]).await;
                page.set(".code-area", text).await;
                page.until(&format!("performance.getEntriesByName(new URL('policy', location.href).href).length > {asked}")).await;
                page.until("document.querySelector('.findings').childElementCount > 0")
                    .await;
                is_untouched(page).await;
            }
        }
        page.picture("hostile-policy").await;
        page.click("#tab-try").await;
        for payload in payloads().iter().filter(|payload| payload.len() < 1_000) {
            page.run(
                "for (const control of document.querySelectorAll('#view-try input, #view-try textarea')) control.value = arguments[0];
                 document.querySelector('#view-try .result').replaceChildren();",
                vec![json!(payload)],
            )
            .await;
            page.press_button("Explain").await;
            page.until("document.querySelector('#view-try .result').childElementCount > 0")
                .await;
            is_untouched(page).await;
        }
        let log = page.log().await;
        assert!(
            log.iter().all(|line| line.contains("status of 400")),
            "{log:?}"
        );
    });
}
