//! The pictures of the documentation.
//!
//! The times in them are made up, so that the pictures are the same whenever they are drawn.

use std::{env, fs, path::PathBuf, time::Duration};

use serde_json::json;

use crate::{
    chromedriver::in_a_page,
    page::Page,
    palette::with_palette,
    zoo::{Zoo, open_page},
};

/// It is the morning of a day in 2026, and there was a decision every few seconds.
const CLOCK: &str = r#"
    const NOW = Date.UTC(2026, 0, 12, 9, 41, 7, 384);
    const NEWEST = 46;
    const GAPS = [6317, 2204, 9120, 3481, 7745, 1266, 5038];
    const before = (id) => {
        let past = 1287;
        for (let at = NEWEST; at > id; at -= 1) past += GAPS[at % GAPS.length];
        return past;
    };
    const milliseconds = (id) => 11.4 + ((id * 7) % 9);
    Date.now = () => NOW;
    let story = 0;
    const parse = JSON.parse;
    JSON.parse = (text) => parse(text, function (key, value) {
        if (key === "id" && typeof value === "number") story = value;
        if (key === "at") return NOW - before(this.id);
        if (key === "ageMs" && value !== null && this.layer === "shop") return before(3) - before(this.id);
        if (key === "waitedMs" && value !== null) return milliseconds(this.id);
        if (key === "tookSeconds") return milliseconds(story) / 1000;
        if (key === "requestId") return "5f1c2b7e-8a43-4d0e-9c1b-2f6a7d3e9b10";
        if (typeof value === "string" && value.includes("x-amz-apigw-id")) return value;
        if (Array.isArray(value) && value[0] === "x-amzn-requestid") return [value[0], "5f1c2b7e-8a43-4d0e-9c1b-2f6a7d3e9b10"];
        if (Array.isArray(value) && value[0] === "x-amz-apigw-id") return [value[0], "XFdrOGMnDoEFq5A="];
        return value;
    });
"#;

/// What the zoo has seen, again and again.
const TRAFFIC: [(&str, &str, &str); 15] = [
    ("GET", "/pets", "keeper"),
    ("GET", "/pets/7", "keeper"),
    ("GET", "/catalogue", ""),
    ("GET", "/orders", "anything"),
    ("GET", "/pets/12", "keeper"),
    ("DELETE", "/pets/7", "keeper"),
    ("GET", "/catalogue", ""),
    ("GET", "/pets", "visitor"),
    ("GET", "/pets/3", "keeper"),
    ("GET", "/orders/1042", "anything"),
    ("GET", "/pets/7", "visitor"),
    ("GET", "/catalogue", ""),
    ("GET", "/pets/7", "keeper"),
    ("POST", "/orders", "anything"),
    ("GET", "/pets", "visitor"),
];

/// A zoo after five minutes, in which somebody has just forgotten a header. Before that, there was a near miss.
async fn zoo(page: &Page) -> Zoo {
    page.on_each_document(CLOCK).await;
    page.devtools(
        "Emulation.setTimezoneOverride",
        json!({"timezoneId": "UTC"}),
    )
    .await;
    let zoo = Zoo::open();
    for (method, path, token) in TRAFFIC.iter().cycle().take(3 * TRAFFIC.len()) {
        zoo.clock.advance(Duration::from_millis(6_317));
        zoo.server.send(method, path, token).await;
    }
    zoo.server.send("GET", "/pets/7", "guest").await;
    zoo.server.send("GET", "/pets", "").await;
    page.resize(1200, 960).await;
    open_page(page, &zoo.server).await;
    page.until("document.querySelectorAll('.rows .row').length === 47")
        .await;
    // The chart is drawn twice a second.
    page.until("[...document.querySelectorAll('.chart-picture g rect:not(.target)')].some((bar) => bar.getAttribute('height') > 20)")
        .await;
    zoo
}

/// Draws what is visible in a page of this height.
async fn draw(page: &Page, name: &str, height: u32) {
    page.resize(1200, height).await;
    // Nothing blinks, and nothing has the focus.
    page.run("document.activeElement.blur()", vec![]).await;
    page.picture(&format!("documentation-{name}")).await;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    let file = folder.join(format!("console-{name}.png"));
    if env::var_os("UPDATE_PICTURES").is_some() {
        fs::create_dir_all(folder).unwrap();
        fs::write(&file, with_palette(&page.screen().await)).unwrap();
    }
    let kept = fs::read(&file).unwrap_or_else(|error| {
        panic!("{error}: set UPDATE_PICTURES=1 to draw {}", file.display());
    });
    // A PNG has its width and its height at these places.
    let size = [
        kept[16..20].try_into().unwrap(),
        kept[20..24].try_into().unwrap(),
    ];
    assert_eq!(
        size.map(u32::from_be_bytes),
        [1200, height],
        "set UPDATE_PICTURES=1 to draw {name} again"
    );
    assert!(kept.len() <= 150 * 1024, "{name} has {} bytes", kept.len());
}

async fn open_tab(page: &Page, place: &str, shows: &str) {
    page.run("location.hash = arguments[0]", vec![json!(place)])
        .await;
    page.until(&format!(
        "document.querySelector({})?.checkVisibility()",
        json!(shows)
    ))
    .await;
}

#[test]
fn pictures_of_decisions() {
    in_a_page(async |page| {
        let _zoo = zoo(page).await;
        draw(page, "decisions", 860).await;
        page.click(".rows .row:first-child").await;
        page.until("document.querySelector('.story .verdict')")
            .await;
        draw(page, "story", 1090).await;
        open_tab(page, "decision-45", ".story .near-miss").await;
        draw(page, "near-miss", 1120).await;
    });
}

#[test]
fn a_picture_of_a_request_that_is_tried() {
    in_a_page(async |page| {
        let _zoo = zoo(page).await;
        open_tab(page, "try", "#view-try form").await;
        let path = page.field("Path and query").await;
        page.fill(&path, "/pets/7").await;
        let headers = page.field("Headers, one in a line").await;
        page.fill(&headers, "Authorization: newcomer").await;
        page.press_button("Explain").await;
        page.until("document.querySelector('#view-try .near-miss')")
            .await;
        draw(page, "try", 900).await;
    });
}

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Orders",
      "Effect": "Allow",
      "Action": "execute-api:Invoke",
      "Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/*/orders"
    },
    {
      "Sid": "OwnOrder",
      "Effect": "Allow",
      "Action": "execute-api:Invoke",
      "Resource": "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/GET/orders/7"
    }
  ]
}
"#;

#[test]
fn a_picture_of_the_policy_editor() {
    in_a_page(async |page| {
        let _zoo = zoo(page).await;
        crate::policy::open_editor(page).await;
        page.fill(&page.field("Path").await, "/orders/7").await;
        page.fill(&page.field("Method").await, "DELETE").await;
        page.set(".code-area", POLICY).await;
        page.until_text(".answer .verdict", "Not allowed").await;
        page.until_text(".answer .grid", "depends").await;
        draw(page, "policy", 1180).await;
    });
}

#[test]
fn a_picture_of_the_configuration() {
    in_a_page(async |page| {
        let _zoo = zoo(page).await;
        open_tab(page, "configuration", ".card.layer").await;
        draw(page, "configuration", 930).await;
    });
}
