//! A page of the browser.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use fantoccini::{
    Client, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
    wd::WindowHandle,
};
use serde_json::{Value, json};

use crate::devtools::{BrowserLog, DevTools};

/// How long a test waits for what it expects. It is long, because a machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// Notes what must not happen in any page.
const WATCH: &str = r#"
    window.complaints = [];
    addEventListener("securitypolicyviolation", (event) =>
        window.complaints.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    addEventListener("error", (event) => window.complaints.push(`error: ${event.message}`));
    addEventListener("unhandledrejection", (event) => window.complaints.push(`rejection: ${event.reason}`));
"#;

pub(crate) struct Page {
    client: Client,
    /// Where the browser returns to when this page is closed.
    first: WindowHandle,
}

impl Page {
    pub(crate) async fn open(client: Client) -> Self {
        let first = client.window().await.unwrap();
        let own = client.new_window(true).await.unwrap().handle;
        client.switch_to_window(own).await.unwrap();
        let page = Self { client, first };
        page.on_each_document(WATCH).await;
        page.resize(1200, 860).await;
        page.log().await;
        page
    }

    /// Closes the page, and returns what nobody may complain of: errors of scripts, violations of the page's security
    /// policy, and other errors in the browser's console.
    pub(crate) async fn close(self) -> Vec<String> {
        // A dialog that nobody has asked for is one of them: it makes the next command fail.
        let complaints = self
            .client
            .execute("return window.complaints ?? []", vec![]);
        let mut complaints = match complaints.await {
            Ok(complaints) => strings(&complaints),
            Err(error) => vec![error.to_string()],
        };
        let log = self.log().await.into_iter();
        // The server has ended with its test.
        complaints.extend(
            log.filter(|line| !line.contains("/events - Failed to load resource: net::ERR_")),
        );
        self.client.close_window().await.unwrap();
        self.client.switch_to_window(self.first).await.unwrap();
        complaints
    }

    pub(crate) async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Runs a script before those of each document.
    pub(crate) async fn on_each_document(&self, script: &str) {
        let parameters = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
    }

    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let is_phone = width < 600;
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    pub(crate) async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let command = DevTools {
            command,
            parameters,
        };
        self.client.issue_cmd(command).await.unwrap()
    }

    /// The errors and warnings in the browser's console since the last call.
    pub(crate) async fn log(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(BrowserLog).await.unwrap();
        let entries = entries.as_array().unwrap().iter();
        let bad = entries.filter(|entry| ["SEVERE", "WARNING"].contains(&text_of(&entry["level"])));
        bad.map(|entry| text_of(&entry["message"]).to_owned())
            .collect()
    }

    /// What the body of a function returns, for `arguments[0]` and so on.
    pub(crate) async fn run(&self, body: &str, arguments: Vec<Value>) -> Value {
        let result = self.client.execute(body, arguments).await;
        result.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// What the body of an asynchronous function returns.
    pub(crate) async fn run_async(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[0];
             (async () => {{ {body} }})().then(done, (error) => done({{ error: String(error) }}));"
        );
        self.client.execute_async(&script, vec![]).await.unwrap()
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        let body = format!("return Boolean({expression})");
        while self.run(&body, vec![]).await != json!(true) {
            if Instant::now() > deadline {
                let shown = self.run("return document.body.innerText", vec![]).await;
                panic!("never became true: {expression}\n{}", text_of(&shown));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until an element has this text, and others or not.
    pub(crate) async fn until_text(&self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        self.until(&format!(
            "[...document.querySelectorAll({selector})].some((found) => found.textContent.includes({text}))"
        ))
        .await;
    }

    /// The texts of all elements for a selector.
    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        let body =
            "return [...document.querySelectorAll(arguments[0])].map((found) => found.textContent)";
        strings(&self.run(body, vec![json!(selector)]).await)
    }

    /// The text of the only element for a selector.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let mut texts = self.texts(selector).await;
        assert_eq!(texts.len(), 1, "{selector}: {texts:?}");
        texts.remove(0)
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.texts(selector).await.len()
    }

    /// Clicks as a user does, so something above the element would be hit instead.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await;
        let found = found.unwrap_or_else(|error| panic!("{selector}: {error}"));
        found.click().await.unwrap();
    }

    /// Clicks the visible button with this text.
    pub(crate) async fn press_button(&self, text: &str) {
        let path = format!("//button[normalize-space()='{text}']");
        for button in self.client.find_all(Locator::XPath(&path)).await.unwrap() {
            if button.is_displayed().await.unwrap() {
                button.click().await.unwrap();
                return;
            }
        }
        panic!("there is no button `{text}`");
    }

    /// The selector of the field with this label in the visible tab.
    pub(crate) async fn field(&self, label: &str) -> String {
        let body = r#"
            const names = [...document.querySelectorAll(".view:not([hidden]) .field-name")];
            const name = names.find((name) => name.textContent === arguments[0]);
            const control = name?.parentElement.querySelector("input, select, textarea");
            control?.setAttribute("data-field", arguments[0]);
            return control !== undefined;"#;
        let is_found = self.run(body, vec![json!(label)]).await;
        assert_eq!(is_found, json!(true), "there is no field `{label}`");
        format!("[data-field=\"{label}\"]")
    }

    /// Replaces the text of a control by typing.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let control = self.client.find(Locator::Css(selector)).await.unwrap();
        control.click().await.unwrap();
        self.press_with(Key::Control, 'a').await;
        self.press(Key::Delete).await;
        control.send_keys(text).await.unwrap();
    }

    /// Replaces the text of a control at once, as pasting does.
    pub(crate) async fn set(&self, selector: &str, text: &str) {
        let body = "
            const control = document.querySelector(arguments[0]);
            control.value = arguments[1];
            control.dispatchEvent(new Event('input', { bubbles: true }));
            control.dispatchEvent(new Event('change', { bubbles: true }));";
        self.run(body, vec![json!(selector), json!(text)]).await;
    }

    /// Presses and releases a key, wherever the focus is.
    pub(crate) async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
    }

    pub(crate) async fn press_with(&self, held: Key, value: char) {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held.into() })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held.into() });
        self.client.perform_actions(keys).await.unwrap();
    }

    pub(crate) async fn type_text(&self, text: &str) {
        for key in text.chars() {
            self.press(key).await;
        }
    }

    /// Writes a picture of what is visible to the target directory.
    pub(crate) async fn picture(&self, name: &str) {
        fs::write(file(name), self.screen().await).unwrap();
    }

    /// A PNG of what is visible.
    pub(crate) async fn screen(&self) -> Vec<u8> {
        // The next frame may still have to draw what has changed.
        self.run_async("await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            .await;
        let parameters = json!({"format": "png"});
        let answer = self.devtools("Page.captureScreenshot", parameters).await;
        BASE64_STANDARD.decode(text_of(&answer["data"])).unwrap()
    }

    /// Shows what a test that failed has seen.
    pub(crate) async fn save_failure(&self, test: &str) {
        if let Ok(picture) = self.client.screenshot().await {
            let file = file(&format!("failed-{}", test.replace("::", "-")));
            fs::write(&file, picture).unwrap();
            eprintln!("the page of `{test}`: {}", file.display());
        }
    }
}

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{name}.png"))
}

pub(crate) fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| text_of(value).to_owned()).collect()
}
