//! A page while there are 200 decisions a second.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    chromedriver::in_a_page,
    page::text_of,
    zoo::{Zoo, open_page},
};

const REQUESTS: usize = 1_000;
const EACH: Duration = Duration::from_millis(5);

/// The page may not stand still for longer. Measured on two busy cores: see the printed line.
const LONGEST_FRAME: f64 = 500.0;
/// Nine of ten frames.
const MOST_FRAMES: f64 = 100.0;
/// How much longer the median request may take with an open page. The browser and the server share the cores.
const SLOWER: Duration = Duration::from_millis(5);

/// The times between frames.
const FRAMES: &str = "
    window.frames_ = [];
    let last = performance.now();
    const frame = () => {
        const now = performance.now();
        window.frames_.push(now - last);
        last = now;
        window.framing = requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// Sends requests at a fixed rate, and returns how long they took, sorted.
async fn traffic(zoo: &Zoo, requests: usize) -> Vec<Duration> {
    let mut connection = zoo.server.connect().await;
    let mut pace = tokio::time::interval(EACH);
    let mut took = Vec::new();
    for number in 0..requests {
        pace.tick().await;
        let token = ["keeper", "visitor", "", "nobody"][number % 4];
        let headers = [("authorization", token)];
        let headers = if token.is_empty() { &headers[..0] } else { &headers };
        let began = Instant::now();
        connection.send("GET", &format!("/pets/{number}"), headers).await;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took
}

fn percentile<T: Copy>(sorted: &[T], percent: usize) -> T {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[test]
fn a_thousand_decisions_in_five_seconds() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        let without = traffic(&zoo, 400).await;
        zoo.server.connect().await;

        open_page(page, &zoo.server).await;
        page.press_button("Clear").await;
        page.until("document.querySelectorAll('.rows .row').length === 0").await;
        page.run(FRAMES, vec![]).await;
        let began = Instant::now();
        let with = traffic(&zoo, REQUESTS).await;
        let whole = began.elapsed();
        page.until_text(".counter", "200 decisions · 800 older ones not shown")
            .await;
        let frames = page
            .run("cancelAnimationFrame(window.framing); return window.frames_", vec![])
            .await;
        page.picture("load").await;

        let mut frames: Vec<f64> = frames.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        frames.sort_by(f64::total_cmp);
        let [half, most, longest] = [50, 90, 100].map(|percent| percentile(&frames, percent));
        let figures = format!(
            "{} frames: median {half:.0} ms, 90 % {most:.0} ms, longest {longest:.0} ms. Requests: median {:?} with the page and {:?} without, 99 % {:?} and {:?}; all in {whole:?}",
            frames.len(),
            percentile(&with, 50),
            percentile(&without, 50),
            percentile(&with, 99),
            percentile(&without, 99),
        );
        println!("{figures}");
        assert!(most < MOST_FRAMES && longest < LONGEST_FRAME, "{figures}");
        assert!(percentile(&with, 50) < percentile(&without, 50) + SLOWER, "{figures}");

        // The figures are those of the console, and the newest are the ones that are shown.
        let decisions = zoo.server.console("decisions").await;
        assert_eq!(decisions["total"], REQUESTS);
        let newest = page.texts(".rows .row .path").await;
        assert_eq!(newest.len(), 200);
        let expected: Vec<_> = (800..REQUESTS).rev().map(|number| format!("/pets/{number}")).collect();
        assert_eq!(newest, expected);
        let without_story = decisions["withoutStory"].as_u64().unwrap();
        let counter = page.text(".counter").await;
        assert_eq!(counter.contains(&format!("{without_story} without a story")), without_story > 0, "{counter}");
        assert!(text_of(&page.run("return document.querySelector('.chart-picture').ariaLabel", vec![]).await).contains("refused"));
    });
}
