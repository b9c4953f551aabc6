//! The page on a phone.

use serde_json::json;

use crate::{
    chromedriver::in_a_page,
    page::Page,
    zoo::{Zoo, open_page},
};

/// What stands out at the right side, if the page could be scrolled there.
async fn overflow(page: &Page) -> Vec<String> {
    let body = "
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width && innerWidth === 375) return [];
        const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width);
        return [`${innerWidth} ${document.documentElement.scrollWidth}`, ...wide.map((element) => `${element.tagName}.${element.className}`)];";
    crate::page::strings(&page.run(body, vec![]).await)
}

#[test]
fn nothing_is_wider_than_a_phone() {
    in_a_page(async |page| {
        page.resize(375, 812).await;
        let zoo = Zoo::open();
        let long = format!("/pets/{}", "a-long-name-".repeat(40));
        zoo.server.send("GET", "/pets", "").await;
        zoo.server.send("GET", "/pets/7", "visitor").await;
        zoo.server.send("GET", &long, "keeper").await;
        open_page(page, &zoo.server).await;
        for (place, shows) in [
            ("decisions", ".rows .row"),
            ("decision-0", ".story .response pre"),
            ("decision-1", ".story .near-miss"),
            ("decision-2", ".story .statement.decided"),
            ("try", "#view-try form"),
            ("policy", ".answer .verdict"),
            ("configuration", ".card.layer"),
        ] {
            page.run("location.hash = arguments[0]", vec![json!(place)])
                .await;
            page.until(&format!(
                "document.querySelector({})?.checkVisibility()",
                json!(shows)
            ))
            .await;
            assert_eq!(overflow(page).await, [""; 0], "{place}");
            page.picture(&format!("phone-{place}")).await;
        }
        // The story covers the list, and leads back to it.
        page.run("location.hash = 'decision-0'", vec![]).await;
        page.until("document.querySelector('.story .verdict')?.checkVisibility()")
            .await;
        page.press_button("All decisions").await;
        page.until("document.querySelector('.rows .row').checkVisibility()")
            .await;
        assert_eq!(page.count(".story:not([hidden])").await, 0);
    });
}
