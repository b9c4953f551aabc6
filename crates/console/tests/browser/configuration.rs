//! The tab of the configuration.

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// A figure of the first authorizer, such as that of `hits`.
async fn figure(page: &Page, name: &str) -> String {
    let body = "
        const figures = [...document.querySelector('.authorizer-card').querySelectorAll('.figure')];
        return figures.find((figure) => figure.querySelector('dt').textContent === arguments[0])
            ?.querySelector('dd').textContent ?? 'absent';";
    let figure = page.run(body, vec![name.into()]).await;
    figure.as_str().unwrap().to_owned()
}

#[test]
fn results_are_flushed() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        zoo.server.send("GET", "/pets", "keeper").await;
        zoo.server.send("GET", "/pets", "keeper").await;
        assert_eq!(zoo.calls(), 1);

        page.click("#tab-configuration").await;
        page.until("document.querySelectorAll('.card.layer').length === 2")
            .await;
        let card = page.texts(".card.layer").await.remove(0);
        for part in [
            "pets",
            "REST API",
            "keepers",
            "a1b2c3d4e5/prod",
            "Authorization",
            "5 min",
        ] {
            assert!(card.contains(part), "{part}: {card}");
        }
        let operations = page.texts(".operations tbody tr").await;
        assert!(
            operations.contains(&"GET/catalogueopen".to_owned()),
            "{operations:?}"
        );
        assert!(operations.contains(&"DELETE/orders/{orderId}customers".to_owned()));
        assert_eq!(figure(page, "hits").await, "1");
        assert_eq!(figure(page, "misses").await, "1");
        assert_eq!(figure(page, "hit rate").await, "50 %");
        assert_ne!(figure(page, "in the cache").await, "0 bytes");
        page.picture("configuration").await;

        page.press_button("Flush results of keepers").await;
        page.until_text(".authorizer-card .said", "Flushed").await;
        assert_eq!(figure(page, "in the cache").await, "0 bytes");

        // So the next request asks the authorizer again.
        zoo.server.send("GET", "/pets", "keeper").await;
        assert_eq!(zoo.calls(), 2);
        page.click("#tab-decisions").await;
        page.until("document.querySelectorAll('.rows .row').length === 3")
            .await;
        let cache = page.texts(".rows .row .cache").await;
        assert_eq!(cache[0], "missed");
        assert!(cache[1].starts_with("hit"), "{cache:?}");
    });
}
