//! The list of the decisions: filters, pause, clear.

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// Method and path of each row.
async fn rows(page: &Page) -> Vec<String> {
    let body = "return [...document.querySelectorAll('.rows .row')].map((row) =>
        `${row.querySelector('.method').textContent} ${row.querySelector('.path').textContent}`)";
    crate::page::strings(&page.run(body, vec![]).await)
}

async fn rows_are(page: &Page, expected: &[&str]) {
    page.until(&format!(
        "document.querySelectorAll('.rows .row').length === {}",
        expected.len()
    ))
    .await;
    assert_eq!(rows(page).await, expected);
}

/// Sends one request of each kind. The newest is the last one.
async fn traffic(zoo: &Zoo) {
    for (method, path, token) in [
        ("GET", "/pets", ""),
        ("GET", "/pets", "keeper"),
        ("DELETE", "/pets/7", "keeper"),
        ("GET", "/pets/7", "visitor"),
        ("GET", "/catalogue", ""),
        ("GET", "/orders", "anything"),
    ] {
        zoo.server.send(method, path, token).await;
    }
}

const ALL: [&str; 6] = [
    "GET /orders",
    "GET /catalogue",
    "GET /pets/7",
    "DELETE /pets/7",
    "GET /pets",
    "GET /pets",
];

#[test]
fn filters_select_by_outcome_path_and_principal() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        traffic(&zoo).await;
        rows_are(page, &ALL).await;
        page.picture("decisions").await;

        page.click("[data-outcome=refused]").await;
        rows_are(page, &["GET /pets/7", "DELETE /pets/7", "GET /pets"]).await;
        page.until_text(".counter", "3 of 6 decisions").await;
        page.click("[data-outcome=open]").await;
        rows_are(
            page,
            &[
                "GET /catalogue",
                "GET /pets/7",
                "DELETE /pets/7",
                "GET /pets",
            ],
        )
        .await;
        page.picture("filtered").await;
        page.click("[data-outcome=refused]").await;
        page.click("[data-outcome=open]").await;

        let (path, principal) = (page.field("Path").await, page.field("Principal").await);
        page.fill(&path, "/PETS/7").await;
        rows_are(page, &["GET /pets/7", "DELETE /pets/7"]).await;
        page.fill(&principal, "vic").await;
        rows_are(page, &["GET /pets/7"]).await;
        page.fill(&path, "").await;
        page.fill(&principal, "").await;
        // The reason is searched, too.
        page.fill(&page.field("Filter").await, "NobodyDeletes")
            .await;
        rows_are(page, &["DELETE /pets/7"]).await;
        page.fill(&page.field("Filter").await, "nothing like it")
            .await;
        page.until_text(".empty", "None of the last 6 decisions matches the filter.")
            .await;
        // What arrives is filtered, too.
        page.fill(&page.field("Filter").await, "unauthorized").await;
        zoo.server.send("GET", "/pets", "keeper").await;
        zoo.server.send("GET", "/pets/9", "").await;
        rows_are(page, &["GET /pets/9", "GET /pets"]).await;
    });
}

#[test]
fn pause_and_clear() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        zoo.server.send("GET", "/pets", "").await;
        rows_are(page, &["GET /pets"]).await;
        page.press_button("Pause").await;
        traffic(&zoo).await;
        page.until_text(".filters button", "Resume (6 waiting)")
            .await;
        assert_eq!(rows(page).await, ["GET /pets"]);
        page.picture("paused").await;
        page.press_button("Resume (6 waiting)").await;
        rows_are(page, &[&ALL[..], &["GET /pets"]].concat()).await;

        page.press_button("Clear").await;
        rows_are(page, &[]).await;
        page.until_text(".empty", "No decision yet.").await;
        let decisions = zoo.server.console("decisions").await;
        assert_eq!(decisions["decisions"], serde_json::json!([]));
        zoo.server.send("GET", "/pets/8", "").await;
        rows_are(page, &["GET /pets/8"]).await;
        page.until_text(".counter", "1 decision").await;
    });
}
