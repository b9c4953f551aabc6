//! The pictures of the documentation.
//!
//! The times in them are made up, so that they are the same whenever they are drawn.

use std::{env, fs, path::PathBuf};

use serde_json::json;

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// It is the morning of a day in 2026, and a decision has been made every few seconds.
const CLOCK: &str = r#"
    const NOW = Date.UTC(2026, 0, 12, 9, 41, 7, 384);
    const LAST = 44;
    const GAP = 6317;
    Date.now = () => NOW;
    const parse = JSON.parse;
    JSON.parse = (text) => parse(text, function (key, value) {
        if (key === "at") return NOW - (LAST - this.id) * GAP - 1287;
        if (key === "waitedMs" && value !== null) return 11 + ((this.id * 7) % 9) + 0.4;
        if (key === "requestId") return "5f1c2b7e-8a43-4d0e-9c1b-2f6a7d3e9b10";
        if (key === "took" && value !== null) return { secs: 0, nanos: 14200000 };
        return value;
    });
"#;

/// What the zoo has seen. The last ones are at the top of the list.
const TRAFFIC: [(&str, &str, &str); 15] = [
    ("GET", "/pets", "keeper"),
    ("GET", "/pets/7", "keeper"),
    ("GET", "/catalogue", ""),
    ("GET", "/orders", "customer"),
    ("GET", "/pets/12", "keeper"),
    ("DELETE", "/pets/7", "keeper"),
    ("GET", "/catalogue", ""),
    ("GET", "/pets", "visitor"),
    ("GET", "/pets/3", "keeper"),
    ("GET", "/orders/1042", "customer"),
    ("GET", "/pets", "stranger"),
    ("GET", "/catalogue", ""),
    ("GET", "/pets/7", "keeper"),
    ("POST", "/orders", "customer"),
    ("GET", "/pets", "visitor"),
];

async fn traffic(zoo: &Zoo, rounds: usize) {
    for _ in 0..rounds {
        for (method, path, token) in TRAFFIC {
            zoo.clock.advance(std::time::Duration::from_millis(6_317));
            zoo.server.send(method, path, token).await;
        }
    }
}

/// Waits for the page to be complete, and draws it down to the end of an element.
async fn draw(page: &Page, name: &str, last: &str) {
    let height = page
        .run(
            "window.scrollTo(0, 0);
             return Math.ceil(document.querySelector(arguments[0]).getBoundingClientRect().bottom + 16)",
            vec![json!(last)],
        )
        .await;
    let height = u32::try_from(height.as_u64().unwrap()).unwrap();
    let picture = page.picture_of(Some(height)).await;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/pictures/console-{name}.png"));
    if env::var_os("UPDATE_PICTURES").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &picture).unwrap();
    }
    page.picture(&format!("documentation-{name}")).await;
    let kept = fs::read(&file).unwrap_or_else(|error| panic!("{error}: UPDATE_PICTURES=1 draws {}", file.display()));
    // The width is at this place of a PNG.
    assert_eq!(kept[16..20], 1200_u32.to_be_bytes(), "{name}");
    assert!(kept.len() <= 150 * 1024, "{name} has {} bytes", kept.len());
}

#[test]
fn pictures_of_the_documentation() {
    in_a_page(async |page| {
        page.on_each_document(CLOCK).await;
        page.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": "UTC"}))
            .await;
        let zoo = Zoo::open();
        traffic(&zoo, 2).await;
        traffic(&zoo, 1).await;
        open_page(page, &zoo.server).await;
        page.until("document.querySelectorAll('.rows .row').length === 45").await;
    });
}
