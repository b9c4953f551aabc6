//! A page that outlives the application.

use crate::{
    chromedriver::in_a_page,
    zoo::{Zoo, is_live, open_page},
};

#[test]
fn the_page_finds_the_application_again() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        for _ in 0..3 {
            zoo.server.send("GET", "/pets", "").await;
        }
        page.until("document.querySelectorAll('.rows .row').length === 3")
            .await;
        let address = zoo.server.address;
        drop(zoo);
        page.until("document.getElementById('connection').dataset.state === 'lost'")
            .await;
        // What is known stays.
        assert_eq!(page.count(".rows .row").await, 3);
        page.picture("lost").await;

        let zoo = Zoo::open_at(address);
        is_live(page).await;
        // Numbers begin anew, so the old decisions are other ones.
        page.until("document.querySelectorAll('.rows .row').length === 0")
            .await;
        zoo.server.send("GET", "/pets/8", "").await;
        page.until_text(".rows .row", "/pets/8").await;
        assert_eq!(page.count(".rows .row").await, 1);
        page.click(".rows .row").await;
        page.until_text(".story .verdict", "401 UNAUTHORIZED").await;
        page.picture("restarted").await;
        // The browser notes each attempt to connect that failed.
        let log = page.log().await;
        assert!(log.iter().all(|line| line.contains("net::ERR_")), "{log:?}");
    });
}
