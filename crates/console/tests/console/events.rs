//! Decisions arrive at pages that listen.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use tokio::{task::unconstrained, time::timeout};

use crate::support::pets;

/// Fails instead of waiting forever.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn a_decision_arrives() {
    let served = pets().await;
    served.visit("GET", "/pets", "before").await;
    let mut page = served.listen().await;
    assert_eq!(page.status, StatusCode::OK);
    served.visit("GET", "/pets", "").await;
    let (name, decisions) = timeout(PATIENCE, page.next()).await.unwrap();
    assert_eq!(name, "decisions");
    let list = served.console("decisions").await;
    assert_eq!(decisions, json!([list["decisions"][0]]));

    // What happens within a moment comes together, oldest first.
    unconstrained(async {
        for path in ["/pets/1", "/pets/2", "/pets/3"] {
            served.visit("GET", path, "keeper").await;
        }
    })
    .await;
    let (_, decisions) = timeout(PATIENCE, page.next()).await.unwrap();
    let paths: Vec<_> = (0..3).map(|at| &decisions[at]["path"]).collect();
    assert_eq!(paths, ["/pets/1", "/pets/2", "/pets/3"]);
}

#[tokio::test]
async fn a_slow_page_is_told_what_it_has_missed() {
    let served = pets().await;
    let mut page = served.listen().await;
    served.visit("GET", "/pets", "keeper").await;
    let (_, first) = timeout(PATIENCE, page.next()).await.unwrap();
    assert_eq!(first[0]["id"], 0);
    // There is one thread, and it does not let the page read in between.
    unconstrained(async {
        for _ in 0..1_000 {
            served.visit("GET", "/pets", "keeper").await;
        }
    })
    .await;
    let (name, missed) = timeout(PATIENCE, page.next()).await.unwrap();
    assert_eq!((name.as_str(), missed), ("missed", json!({"count": 800})));
    let (name, decisions) = timeout(PATIENCE, page.next()).await.unwrap();
    let decisions = decisions.as_array().unwrap();
    assert_eq!((name.as_str(), decisions.len()), ("decisions", 200));
    assert_eq!(
        (&decisions[0]["id"], &decisions[199]["id"]),
        (&json!(801), &json!(1_000))
    );
}

#[tokio::test]
async fn pages_learn_that_the_list_was_cleared() {
    let served = pets().await;
    let mut page = served.listen().await;
    served.visit("GET", "/pets", "").await;
    timeout(PATIENCE, page.next()).await.unwrap();
    served.ask("DELETE", "decisions", &json!(null)).await;
    served.visit("GET", "/pets/7", "").await;
    let (name, data) = timeout(PATIENCE, page.next()).await.unwrap();
    assert_eq!((name.as_str(), data), ("cleared", json!({})));
    let (name, decisions) = timeout(PATIENCE, page.next()).await.unwrap();
    assert_eq!(name, "decisions");
    assert_eq!(
        (decisions.as_array().unwrap().len(), &decisions[0]["id"]),
        (1, &json!(1))
    );
}

#[tokio::test]
async fn eight_pages_may_listen() {
    let served = pets().await;
    let mut pages = Vec::new();
    for _ in 0..8 {
        pages.push(served.listen().await);
    }
    assert!(pages.iter().all(|page| page.status == StatusCode::OK));
    let ninth = timeout(PATIENCE, served.get("/_authorizer/events"))
        .await
        .unwrap();
    assert_eq!(ninth.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ninth.json()["error"].as_str().unwrap().contains("8 pages"));

    // A page that goes away gives its place back, as soon as the server notices.
    drop(pages.pop());
    let place = async {
        while served.listen().await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, place).await.unwrap();
}
