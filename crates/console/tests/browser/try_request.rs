//! The tab that tries requests.

use crate::{
    chromedriver::in_a_page,
    zoo::{Zoo, open_page},
};

#[test]
fn a_request_that_is_only_tried() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        page.click("#tab-try").await;
        page.fill(&page.field("Path and query").await, "/pets/7?lang=en")
            .await;
        page.fill(
            &page.field("Headers, one in a line").await,
            "Authorization: visitor\nX-Tenant: acme",
        )
        .await;
        page.press_button("Explain").await;
        page.until_text("#view-try .verdict", "Refused with 403 ACCESS_DENIED")
            .await;
        assert_eq!(page.count("#view-try .station").await, 5);
        assert!(
            page.text("#view-try .near-miss .lead")
                .await
                .contains("VisitorsSeeTheList")
        );
        page.picture("try").await;

        // A keeper may, and Ctrl+Enter asks, too.
        page.fill(
            &page.field("Headers, one in a line").await,
            "Authorization: keeper",
        )
        .await;
        page.press_with(
            fantoccini::key::Key::Control,
            fantoccini::key::Key::Enter.into(),
        )
        .await;
        page.until_text("#view-try .verdict", "Allowed").await;

        // The authorizer was called, and the service was not. No decision was made.
        assert_eq!((zoo.calls(), zoo.served()), (2, 0));
        assert_eq!(zoo.server.console("decisions").await["total"], 0);
        page.click("#tab-decisions").await;
        assert_eq!(page.count(".rows .row").await, 0);
    });
}

#[test]
fn a_request_that_is_not_one() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        page.click("#tab-try").await;
        for (path, headers, problem) in [
            ("pets", "", "`pets` is not a path"),
            ("/pets", "Authorization", "Line 1 of 1 header has no name"),
            (
                "/pets",
                "Bad name: 1",
                "`Bad name` is not the name of a header",
            ),
        ] {
            page.fill(&page.field("Path and query").await, path).await;
            page.fill(&page.field("Headers, one in a line").await, headers)
                .await;
            page.press_button("Explain").await;
            page.until_text("#view-try .problem", problem).await;
        }
        // The browser notes answers of 400.
        page.log().await;
    });
}

#[test]
fn a_decision_is_tried_again() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        zoo.server.send("DELETE", "/pets/7?why=old", "keeper").await;
        page.go(&format!("{}#decision-0", zoo.server.page())).await;
        page.until("document.querySelector('.story .verdict')")
            .await;
        page.press_button("Try it again").await;
        page.until("location.hash === '#try'").await;
        let path = page.field("Path and query").await;
        let headers = page.field("Headers, one in a line").await;
        let value = async |field: &str| {
            let body = "return document.querySelector(arguments[0]).value";
            page.run(body, vec![field.into()]).await
        };
        // Values are left out: the console does not know them.
        assert_eq!(value(&path).await, "/pets/7?why=");
        let sent = value(&headers).await;
        assert!(
            sent.as_str().unwrap().contains("authorization: \n")
                || sent.as_str().unwrap().ends_with("authorization: "),
            "{sent}"
        );
        page.press_button("Explain").await;
        page.until_text("#view-try .verdict", "Refused with 401 UNAUTHORIZED")
            .await;
    });
}
