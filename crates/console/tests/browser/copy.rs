//! What the page copies.

use std::process::Command;

use serde_json::json;

use crate::{
    chromedriver::in_a_page,
    page::{Page, text_of},
    zoo::Zoo,
};

const SECRET: &str = "s3cret-visitor-token";

/// A story of a request with a secret in a header and in the query.
async fn open_story(page: &Page, zoo: &Zoo) {
    let path = format!("/pets/7?key={SECRET}");
    zoo.server.send("GET", &path, SECRET).await;
    page.go(&format!("{}#decision-0", zoo.server.page())).await;
    page.until("document.querySelector('.story .verdict')")
        .await;
}

#[test]
fn a_command_and_a_test() {
    in_a_page(async |page| {
        let zoo = Zoo::open();
        let permissions = json!({
            "origin": format!("http://{}", zoo.server.address),
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
        });
        page.devtools("Browser.grantPermissions", permissions).await;
        open_story(page, &zoo).await;

        page.press_button("Copy as curl").await;
        page.until_text(".story-actions button", "Copied").await;
        let copied = page
            .run_async("return navigator.clipboard.readText()")
            .await;
        let command = format!(
            r#"curl -i "http://{}/pets/7?key=$KEY" -H "authorization: $AUTHORIZATION""#,
            zoo.server.address
        );
        assert_eq!(text_of(&copied), command);
        // A shell runs it.
        let output = Command::new("sh")
            .args(["-c", text_of(&copied)])
            .env("AUTHORIZATION", "keeper")
            .env("KEY", "any")
            .output()
            .unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        assert!(output.starts_with("HTTP/1.1 200"), "{output}");

        page.press_button("Copy as test").await;
        page.until("[...document.querySelectorAll('.story-actions [role=status]')].at(1).textContent.startsWith('Copy as test')").await;
        let copied = page
            .run_async("return navigator.clipboard.readText()")
            .await;
        let test = text_of(&copied);
        assert_eq!(zoo.server.console("decisions/0").await["test"], test);
        for part in [
            "#[tokio::test]",
            "Harness::app(app())",
            ".get(\"/pets/7\")",
            "assert_status(401)",
        ] {
            assert!(test.contains(part), "{part}: {test}");
        }
        let everything = page
            .run("return document.documentElement.outerHTML", vec![])
            .await;
        for text in [test, &command, text_of(&everything)] {
            assert!(!text.contains(SECRET), "{text}");
        }
        page.picture("copied").await;
    });
}

#[test]
fn without_a_clipboard_the_text_is_selected() {
    in_a_page(async |page| {
        page.on_each_document(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined });",
        )
        .await;
        let zoo = Zoo::open();
        open_story(page, &zoo).await;
        page.press_button("Copy as curl").await;
        page.until("document.activeElement.classList.contains('offer')")
            .await;
        let selected = page
            .run(
                "const { value, selectionStart, selectionEnd } = document.activeElement;
                 return value.slice(selectionStart, selectionEnd)",
                vec![],
            )
            .await;
        assert!(text_of(&selected).starts_with("curl -i"), "{selected}");
        page.picture("offered").await;
        page.press(fantoccini::key::Key::Escape).await;
        page.until("!document.querySelector('.offer')").await;
        // The story stays open.
        assert_eq!(page.count(".story .verdict").await, 1);
    });
}
