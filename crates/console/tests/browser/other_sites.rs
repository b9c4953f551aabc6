//! Pages of other sites in the developer's browser.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::Request, middleware::Next, response::Html, routing::get};
use serde_json::{Value, json};

use crate::{
    chromedriver::in_a_page,
    page::Page,
    server::Server,
    zoo::{Zoo, open_page},
};

/// What a page of another site tries. Each of them is told by name, with what the page could see of it.
const ATTACKS: &str = r#"
    const console_ = arguments_.console;
    const flush = JSON.stringify({ layer: 0, authorizer: "keepers" });
    const json = { "content-type": "application/json" };
    const seen = {};
    const tried = async (name, attack) => {
        try { seen[name] = await attack(); } catch (error) { seen[name] = `failed: ${error.name}`; }
    };
    const read = async (response) => response.type === "opaque" ? "opaque" : `${response.status} ${await response.text()}`;
    await tried("read", async () => read(await fetch(console_ + "decisions")));
    await tried("read opaquely", async () => read(await fetch(console_ + "decisions", { mode: "no-cors" })));
    await tried("post json", async () => read(await fetch(console_ + "flush", { method: "POST", headers: json, body: flush })));
    await tried("post with the header", async () => read(await fetch(console_ + "flush", { method: "POST", headers: { ...json, "x-authorizer-console": "1" }, body: flush })));
    await tried("post text", async () => read(await fetch(console_ + "flush", { method: "POST", mode: "no-cors", body: flush })));
    await tried("beacon", async () => `sent: ${navigator.sendBeacon(console_ + "flush", flush)}`);
    await tried("delete", async () => read(await fetch(console_ + "decisions", { method: "DELETE", headers: { "x-authorizer-console": "1" } })));
    await tried("without an origin", async () => read(await fetch(console_ + "decisions", { mode: "no-cors", referrerPolicy: "no-referrer", credentials: "include" })));
    await tried("events", () => new Promise((told) => {
        const source = new EventSource(console_ + "events");
        for (const name of ["open", "decisions", "message"]) source.addEventListener(name, () => told(`got ${name}`));
        source.addEventListener("error", () => { source.close(); told("failed: EventSource"); });
    }));
    await tried("script", () => new Promise((told) => {
        const script = document.createElement("script");
        script.src = console_ + "console.js";
        script.onload = () => told("loaded");
        script.onerror = () => told("failed: script");
        document.body.append(script);
    }));
    await tried("image", () => new Promise((told) => {
        const image = new Image();
        image.onload = () => told("loaded");
        image.onerror = () => told("failed: image");
        image.src = console_ + "icon.svg";
    }));
    const framed = (name, fill) => tried(name, () => new Promise((told) => {
        const frame = document.createElement("iframe");
        frame.name = name.replaceAll(" ", "-");
        document.body.append(frame);
        frame.onload = () => {
            try { told(`read: ${frame.contentDocument.body.textContent}`); } catch (error) { told(`failed: ${error.name}`); }
        };
        fill(frame);
    }));
    const form = (frame, enctype) => {
        const form = document.createElement("form");
        Object.assign(form, { method: "POST", action: console_ + "flush", target: frame.name, enctype });
        const input = document.createElement("input");
        // As text/plain, this is JSON with one member more.
        Object.assign(input, { name: '{"layer":0,"authorizer":"keepers","x":"', value: '"}' });
        form.append(input);
        document.body.append(form);
        form.submit();
    };
    await framed("frame", (frame) => { frame.src = console_; });
    await framed("form", (frame) => form(frame, "application/x-www-form-urlencoded"));
    await framed("form of text", (frame) => form(frame, "text/plain"));
    return seen;"#;

async fn attack(page: &Page, server: &Server) -> Value {
    let arguments = json!({"console": server.page()});
    page.run_async(&format!("const arguments_ = {arguments}; {ATTACKS}"))
        .await
}

/// A site of somebody else.
fn other_site() -> Server {
    Server::start(Router::new().route(
        "/",
        get(async || Html("<!doctype html><title>kittens</title><p>kittens</p>")),
    ))
}

type Answers = Arc<Mutex<Vec<(String, u16)>>>;

/// What a request asked for, and the status that it got.
fn noted(answers: &Answers) -> impl FnOnce(Router) -> Router {
    let answers = Arc::clone(answers);
    |app| {
        app.layer(axum::middleware::from_fn(
            move |request: Request, next: Next| {
                let answers = Arc::clone(&answers);
                async move {
                    let asked = format!("{} {}", request.method(), request.uri().path());
                    let response = next.run(request).await;
                    if asked.contains("/_authorizer") {
                        answers
                            .lock()
                            .unwrap()
                            .push((asked, response.status().as_u16()));
                    }
                    response
                }
            },
        ))
    }
}

#[test]
fn another_site_reads_nothing_and_changes_nothing() {
    in_a_page(async |page| {
        let answers = Answers::default();
        let zoo = Zoo::open_with(noted(&answers));
        zoo.server.send("GET", "/pets", "keeper").await;
        let site = other_site();
        // The same address with another port, and a name of their own.
        for host in ["127.0.0.1", "evil.example", "localhost"] {
            answers.lock().unwrap().clear();
            page.go(&format!("http://{host}:{}/", site.address.port()))
                .await;
            let seen = attack(page, &zoo.server).await;
            let expected = json!({
                "read": "failed: TypeError",
                "read opaquely": "failed: TypeError",
                "post json": "failed: TypeError",
                "post with the header": "failed: TypeError",
                "post text": "failed: TypeError",
                "beacon": "sent: true",
                "delete": "failed: TypeError",
                "without an origin": "failed: TypeError",
                "events": "failed: EventSource",
                "script": "failed: script",
                "image": "failed: image",
                "frame": "failed: TypeError",
                "form": "failed: TypeError",
                "form of text": "failed: TypeError",
            });
            let names = seen.as_object().unwrap().keys().len();
            assert_eq!(names, expected.as_object().unwrap().len(), "{seen:#}");
            for (name, outcome) in seen.as_object().unwrap() {
                let outcome = outcome.as_str().unwrap();
                let is_blind =
                    outcome.starts_with("failed: ") || outcome == "opaque" || name == "beacon";
                assert!(is_blind, "{host} {name}: {outcome}");
            }
            page.until("performance.now() > 0").await;

            // They arrived, and were refused.
            let answers = answers.lock().unwrap().clone();
            assert!(answers.len() >= 8, "{answers:?}");
            for (asked, status) in &answers {
                assert!([403, 421].contains(status), "{host} {asked}: {status}");
            }
            assert!(
                answers
                    .iter()
                    .any(|(asked, _)| asked == "POST /_authorizer/flush")
            );
            // The result is still kept, and the decisions, too.
            zoo.server.send("GET", "/pets", "keeper").await;
            assert_eq!(zoo.calls(), 1);
            page.log().await;
        }
        let decisions = zoo.server.console("decisions").await;
        assert_eq!(decisions["total"], 4);
        assert_eq!(decisions["decisions"].as_array().unwrap().len(), 4);
        // The page itself does what they may not.
        open_page(page, &zoo.server).await;
        page.click("#tab-configuration").await;
        page.until("document.querySelectorAll('.card.layer').length === 2")
            .await;
        page.press_button("Flush results of keepers").await;
        page.until_text(".authorizer-card .said", "Flushed").await;
        zoo.server.send("GET", "/pets", "keeper").await;
        assert_eq!(zoo.calls(), 2);
    });
}

#[test]
fn a_name_that_is_pointed_here_sees_nothing() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        zoo.server.send("GET", "/pets", "keeper").await;
        let rebound = zoo.server.page().replace("127.0.0.1", "evil.example");
        page.go(&rebound).await;
        let shown = page.text("body").await;
        assert!(
            shown.starts_with("The console is not served as `evil.example`."),
            "{shown}"
        );
        let status = page
            .run(
                "return performance.getEntriesByType('navigation')[0].responseStatus",
                vec![],
            )
            .await;
        assert_eq!(status, 421);
        page.picture("rebinding").await;

        // The site's own script asks its own origin, so the browser hides nothing.
        page.go(&rebound.replace("_authorizer/", "catalogue")).await;
        for attempt in [
            "fetch('/_authorizer/decisions')",
            "fetch('/_authorizer/decisions/0')",
            "fetch('/_authorizer/configuration')",
            "fetch('/_authorizer/events')",
            "fetch('/_authorizer/decisions', { method: 'DELETE', headers: { 'x-authorizer-console': '1' } })",
            "fetch('/_authorizer/flush', { method: 'POST', headers: { 'content-type': 'application/json', 'x-authorizer-console': '1' }, body: '{\"layer\":0,\"authorizer\":\"keepers\"}' })",
        ] {
            let seen = page
                .run_async(&format!("const answer = await {attempt}; return `${{answer.status}} ${{await answer.text()}}`"))
                .await;
            let seen = seen.as_str().unwrap_or_default();
            assert!(
                seen.starts_with("421 The console is not served as `evil.example`."),
                "{attempt}: {seen}"
            );
        }
        zoo.server.send("GET", "/pets", "keeper").await;
        assert_eq!(zoo.calls(), 1);
        // Two requests of `/pets`, and one of `/catalogue`.
        assert_eq!(zoo.server.console("decisions").await["total"], 3);
        page.log().await;
    });
}
