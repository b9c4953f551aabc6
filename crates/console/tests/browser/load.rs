//! A page while there are 200 decisions a second.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    chromedriver::in_a_page,
    page::{Page, text_of},
    zoo::{Zoo, open_page},
};

const REQUESTS: usize = 1_000;
const EACH: Duration = Duration::from_millis(5);

/// The page may not work for longer than this, in seconds of processor time of its own thread, which do not depend on what
/// else the machine does. On two cores that others use, too, it was 0.8.
const MOST_WORK: f64 = 2.5;
/// Nine of ten frames come within these milliseconds on any machine. On the same cores it was 18 to 64, and 17 for half of
/// them.
const MOST_FRAMES: f64 = 2_000.0;
/// Four of five answers may take so much longer with an open page, and ten times as long as without it. The browser and the
/// server share the cores. On the same cores it was 2 to 16 ms more.
const LONGER: Duration = Duration::from_millis(200);

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

/// Sends requests at a fixed rate, if the machine is fast enough, and returns how long each answer took, sorted.
async fn traffic(zoo: &Zoo, requests: usize) -> Vec<Duration> {
    let mut connection = zoo.server.connect().await;
    let mut pace = tokio::time::interval(EACH);
    let mut took = Vec::new();
    for number in 0..requests {
        pace.tick().await;
        let token = ["keeper", "visitor", "", "nobody"][number % 4];
        let headers = [("authorization", token)];
        let headers = if token.is_empty() {
            &headers[..0]
        } else {
            &headers
        };
        let sent = Instant::now();
        connection
            .send("GET", &format!("/pets/{number}"), headers)
            .await;
        took.push(sent.elapsed());
    }
    took.sort_unstable();
    took
}

/// The seconds that the page's thread has worked for.
async fn worked(page: &Page) -> f64 {
    let metrics = page.devtools("Performance.getMetrics", json!({})).await;
    let metrics = metrics["metrics"].as_array().unwrap().iter();
    let mut work = metrics.filter(|metric| metric["name"] == "TaskDuration");
    work.next().unwrap()["value"].as_f64().unwrap()
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
        page.until("document.querySelectorAll('.rows .row').length === 0")
            .await;
        page.devtools("Performance.enable", json!({"timeDomain": "threadTicks"}))
            .await;
        let before = worked(page).await;
        page.run(FRAMES, vec![]).await;
        let began = Instant::now();
        let with = traffic(&zoo, REQUESTS).await;
        let whole = began.elapsed();
        let work = worked(page).await - before;
        page.until_text(".counter", "200 decisions · 800 older ones not shown")
            .await;
        let frames = page
            .run(
                "cancelAnimationFrame(window.framing); return window.frames_",
                vec![],
            )
            .await;
        page.picture("load").await;

        let mut frames: Vec<f64> = frames
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        frames.sort_by(f64::total_cmp);
        let [half, most, longest] = [50, 90, 100].map(|percent| percentile(&frames, percent));
        let figures = format!(
            "worked {work:.2} s, {} frames: median {half:.0} ms, 90 % {most:.0} ms, longest {longest:.0} ms. Answers: 80 % within {:?} with the page and {:?} without, 99 % within {:?} and {:?}; all in {whole:?}",
            frames.len(),
            percentile(&with, 80),
            percentile(&without, 80),
            percentile(&with, 99),
            percentile(&without, 99),
        );
        println!("{figures}");
        assert!(work < MOST_WORK && most < MOST_FRAMES, "{figures}");
        assert!(
            percentile(&with, 80) < 10 * percentile(&without, 80) + LONGER,
            "{figures}"
        );

        // The figures are those of the console, and the newest are the ones that are shown.
        let decisions = zoo.server.console("decisions").await;
        assert_eq!(decisions["total"], REQUESTS);
        let newest = page.texts(".rows .row .path").await;
        assert_eq!(newest.len(), 200);
        let expected: Vec<_> = (800..REQUESTS)
            .rev()
            .map(|number| format!("/pets/{number}"))
            .collect();
        assert_eq!(newest, expected);
        let without_story = decisions["withoutStory"].as_u64().unwrap();
        let counter = page.text(".counter").await;
        assert_eq!(
            counter.contains(&format!("{without_story} without a story")),
            without_story > 0,
            "{counter}"
        );
        assert!(
            text_of(
                &page
                    .run(
                        "return document.querySelector('.chart-picture').ariaLabel",
                        vec![]
                    )
                    .await
            )
            .contains("refused")
        );
    });
}
