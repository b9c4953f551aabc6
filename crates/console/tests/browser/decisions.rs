//! Decisions that arrive while the page is open, and their stories.

use http::Response;

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// Opens the story of the newest decision.
async fn open_newest(page: &Page) {
    page.click(".rows .row:first-child").await;
    page.until("document.querySelector('.story .verdict')")
        .await;
}

/// Names, states and contents of the five steps.
async fn stations(page: &Page) -> Vec<(String, String)> {
    let states = page
        .run(
            "return [...document.querySelectorAll('.story .station')].map((station) => station.classList[1])",
            vec![],
        )
        .await;
    let contents = page.texts(".story .station").await;
    let states = crate::page::strings(&states);
    assert_eq!(states.len(), 5);
    states.into_iter().zip(contents).collect()
}

/// A response as the page shows it. The server adds the date.
fn shown(response: &Response<bytes::Bytes>) -> String {
    let mut text = format!("HTTP/1.1 {}", response.status());
    for (name, value) in response.headers() {
        if name != "date" {
            text += &format!("\n{name}: {}", value.to_str().unwrap());
        }
    }
    text + "\n\n" + &String::from_utf8_lossy(response.body())
}

#[test]
fn a_request_without_its_header() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        assert!(
            page.text(".left .empty")
                .await
                .starts_with("No decision yet.")
        );

        // The page is open, and nothing loads it again.
        page.run("window.isTheSame = true", vec![]).await;
        let response = zoo.server.send("GET", "/pets", "").await;
        page.until_text(".rows .row", "/pets").await;
        let row = page.text(".rows .row").await;
        for part in ["GET", "/pets", "Refused", "401", "UNAUTHORIZED"] {
            assert!(row.contains(part), "{row}");
        }

        open_newest(page).await;
        page.until("location.hash === '#decision-0' && window.isTheSame")
            .await;
        let verdict = page.text(".story .verdict").await;
        assert!(
            verdict.starts_with("Refused with 401 UNAUTHORIZED"),
            "{verdict}"
        );
        assert!(
            page.text(".story .remedies")
                .await
                .contains("`Authorization`".trim_matches('`'))
        );

        let stations = stations(page).await;
        let expected = [
            ("ended", "header"),
            ("unreached", "Not reached"),
            ("unreached", "Not reached"),
            ("unreached", "Not reached"),
            ("answered", "401 UNAUTHORIZED"),
        ];
        for ((state, content), (expected_state, expected)) in stations.iter().zip(expected) {
            assert_eq!(state, expected_state, "{content}");
            assert!(content.contains(expected), "{content}");
        }
        assert!(stations[0].1.contains("Authorization") && stations[0].1.contains("missing"));
        assert_eq!((zoo.calls(), zoo.served()), (0, 0));
        assert_eq!(page.text(".story .response pre").await, shown(&response));
        page.picture("seed").await;
    });
}

#[test]
fn a_near_miss_is_shown_beside_the_request() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        zoo.server.send("GET", "/pets/7", "visitor").await;
        page.until_text(".rows .row", "ACCESS_DENIED").await;
        open_newest(page).await;

        assert!(
            page.text(".near-miss .lead")
                .await
                .contains("VisitorsSeeTheList")
        );
        // What the policy says, and what the request says, beside each other.
        let sides = page.texts(".near-miss .sides dd").await;
        assert_eq!(
            sides,
            [
                "arn:aws:execute-api:*:*:a1b2c3d4e5/prod/GET/pets",
                "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7"
            ]
        );
        let differs = page.texts(".near-miss .sides dd .differs").await;
        assert_eq!(differs, ["pets", "pets/7"]);
        let places = page
            .run(
                "return [...document.querySelectorAll('.near-miss .sides .differs')].map((part) => Math.round(part.getBoundingClientRect().left))",
                vec![],
            )
            .await;
        let [wanted, seen] = [0, 1].map(|index| places[index].as_i64().unwrap());
        assert!(
            (wanted - seen).abs() <= 2,
            "they are one below the other: {places}"
        );
        // The policy below marks the statement.
        assert!(
            page.text(".statement.nearest")
                .await
                .contains("VisitorsSeeTheList")
        );
        page.picture("near-miss").await;
    });
}

#[test]
fn a_result_from_the_cache() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        zoo.server.send("GET", "/pets", "keeper").await;
        zoo.clock.advance(std::time::Duration::from_secs(90));
        zoo.server.send("GET", "/pets/7", "keeper").await;
        page.until("document.querySelectorAll('.rows .row').length === 2")
            .await;
        let cache = page.texts(".rows .row .cache").await;
        assert_eq!(cache, ["hit 1.5 min", "missed"]);

        open_newest(page).await;
        let stations = stations(page).await;
        assert!(stations[1].1.contains("Hit, 1.5 min old"), "{stations:?}");
        assert_eq!(stations[2].0, "skipped");
        assert!(stations[2].1.contains("Not invoked"), "{stations:?}");
        assert!(stations[3].1.contains("KeepersSeeAll"), "{stations:?}");
        assert_eq!(stations[4].0, "allowed");
        assert!(
            page.text(".statement.decided")
                .await
                .contains("KeepersSeeAll")
        );
        let context = page.texts(".story .context tr > *").await;
        assert!(
            context.windows(2).any(|pair| pair == ["zoo", "north"]),
            "{context:?}"
        );
        assert_eq!((zoo.calls(), zoo.served()), (1, 2));
        page.picture("cache").await;
    });
}

#[test]
fn a_broken_authorizer_ends_the_story() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        zoo.server.send("GET", "/pets", "broken").await;
        page.until_text(".rows .row", "AUTHORIZER_CONFIGURATION_ERROR")
            .await;
        open_newest(page).await;
        let stations = stations(page).await;
        assert_eq!(stations[2].0, "ended");
        assert!(
            stations[2].1.contains("the directory does not answer"),
            "{stations:?}"
        );
        page.picture("broken").await;
    });
}

#[test]
fn the_address_of_a_decision_opens_it() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        zoo.server.send("GET", "/pets", "").await;
        zoo.server.send("DELETE", "/pets/7", "keeper").await;
        page.go(&format!("{}#decision-1", zoo.server.page())).await;
        page.until_text(".story .verdict", "Refused with 403 ACCESS_DENIED")
            .await;
        assert!(
            page.text(".statement.decided")
                .await
                .contains("NobodyDeletes")
        );
        // Its row is marked, although it came after the address.
        page.until("document.querySelector('.row[aria-selected=true]')?.dataset.id === '1'")
            .await;
        page.go(&format!("{}#decision-77", zoo.server.page())).await;
        page.until_text(".story .problem", "The console has no such decision.")
            .await;
        // The browser tells in its console that there is none.
        page.log().await;
    });
}
