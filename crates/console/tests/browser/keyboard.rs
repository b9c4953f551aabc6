//! The page without a mouse.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{
    chromedriver::in_a_page,
    page::{Page, text_of},
    zoo::{Zoo, open_page},
};

/// What has the focus.
async fn focused(page: &Page) -> String {
    let body = "
        const { id, tagName, className, dataset, textContent } = document.activeElement;
        if (dataset.id) return `row ${dataset.id}`;
        return id || `${tagName} ${className} ${textContent.slice(0, 20)}`.trim();";
    text_of(&page.run(body, vec![]).await).to_owned()
}

/// Whether one sees what has the focus: it has an outline of a pixel or more, or its surrounding field has.
async fn is_focus_visible(page: &Page) -> bool {
    let body = "
        const isOutlined = (element) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(element);
            return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
        };
        const focused = document.activeElement;
        return focused.matches(':focus-visible') && [focused, focused.parentElement].some(isOutlined);";
    page.run(body, vec![]).await == json!(true)
}

#[test]
fn the_list_and_a_story() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        for path in ["/pets", "/pets/1", "/pets/2"] {
            zoo.server.send("GET", path, "").await;
        }
        page.until("document.querySelectorAll('.rows .row').length === 3")
            .await;
        page.press(Key::Down).await;
        assert_eq!(focused(page).await, "row 2");
        assert!(is_focus_visible(page).await);
        page.press(Key::Down).await;
        page.press(Key::Down).await;
        page.press(Key::Up).await;
        assert_eq!(focused(page).await, "row 1");
        page.picture("keyboard-row").await;

        page.press(Key::Enter).await;
        page.until("document.querySelector('.story .verdict')")
            .await;
        page.until("document.activeElement.tagName === 'H2'").await;
        assert!(page.text(".story h2").await.contains("/pets/1"));
        // What arrives meanwhile does not move the focus.
        zoo.server.send("GET", "/pets/3", "").await;
        page.until("document.querySelectorAll('.rows .row').length === 4")
            .await;
        assert!(focused(page).await.starts_with("H2"));
        page.press(Key::Escape).await;
        page.until("document.querySelector('.story').hidden").await;
        assert_eq!(focused(page).await, "row 1");
        page.press(Key::End).await;
        assert_eq!(focused(page).await, "row 0");
        page.press(Key::Home).await;
        assert_eq!(focused(page).await, "row 3");
    });
}

#[test]
fn filter_and_pause() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        for path in ["/pets", "/pets/1", "/pets/pp"] {
            zoo.server.send("GET", path, "").await;
        }
        page.press('/').await;
        let is_filter = "document.activeElement.matches('[type=search]')";
        page.until(is_filter).await;
        assert!(is_focus_visible(page).await);
        // A `p` in the filter pauses nothing.
        page.type_text("pp").await;
        page.until("document.querySelectorAll('.rows .row').length === 1")
            .await;
        assert_eq!(page.count(".filters [aria-pressed=true]").await, 0);
        page.press(Key::Escape).await;
        page.until("document.querySelectorAll('.rows .row').length === 3")
            .await;
        page.press(Key::Escape).await;
        page.until(&format!("!{is_filter}")).await;

        page.press('p').await;
        page.until_text(".filters [aria-pressed=true]", "Resume")
            .await;
        page.press('p').await;
        page.until_text(".filters [aria-pressed=false]", "Pause")
            .await;
    });
}

#[test]
fn arrow_keys_move_between_tabs() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        open_page(page, &zoo.server).await;
        while focused(page).await != "tab-decisions" {
            page.press(Key::Tab).await;
        }
        for (key, tab) in [
            (Key::Right, "try"),
            (Key::Right, "policy"),
            (Key::Right, "configuration"),
            (Key::Right, "decisions"),
            (Key::Left, "configuration"),
            (Key::Home, "decisions"),
            (Key::End, "configuration"),
        ] {
            page.press(key).await;
            page.until(&format!("document.activeElement.id === 'tab-{tab}'"))
                .await;
            page.until(&format!(
                "document.getElementById('view-{tab}').checkVisibility()"
            ))
            .await;
            assert_eq!(page.count(".view:not([hidden])").await, 1);
            assert!(is_focus_visible(page).await);
        }
    });
}

/// With the tab key, each control of each tab can be reached, and one sees where one is.
#[test]
fn each_control_is_reached() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        zoo.server.send("GET", "/pets/7", "visitor").await;
        open_page(page, &zoo.server).await;
        for (place, shows) in [
            ("decision-0", ".story .near-miss"),
            ("try", "#view-try form"),
            ("policy", ".grid"),
            ("configuration", ".card.layer"),
        ] {
            page.run("location.hash = arguments[0]", vec![json!(place)])
                .await;
            page.until(&format!(
                "document.querySelector({})?.checkVisibility()",
                json!(shows)
            ))
            .await;
            // From the top of the page, without anything in focus.
            page.run("document.activeElement.blur(); getSelection().removeAllRanges(); document.querySelector('.skip').focus()", vec![]).await;
            let mut reached = 1;
            loop {
                page.press(Key::Tab).await;
                let note = "
                    const focused = document.activeElement;
                    if (focused === document.body || focused.dataset.reached === arguments[0]) return false;
                    focused.dataset.reached = arguments[0];
                    return true;";
                if page.run(note, vec![json!(place)]).await != Value::Bool(true) {
                    break;
                }
                let place = focused(page).await;
                assert!(is_focus_visible(page).await, "{place}");
                reached += 1;
            }
            let controls = "
                const controls = [...document.querySelectorAll('a, button, input, select, textarea, summary')];
                return controls.filter((control) => control.checkVisibility()
                    // The arrow keys move between tabs.
                    && !control.matches('.skip, [role=tab], :disabled') && control.dataset.reached !== arguments[0])
                    .map((control) => control.outerHTML.slice(0, 120));";
            let missed = page.run(controls, vec![json!(place)]).await;
            assert_eq!(missed, json!([]), "{place}");
            assert!(reached >= 8, "{place}: {reached}");
        }
    });
}
