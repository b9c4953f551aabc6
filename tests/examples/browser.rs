//! Runs the example `browser` in Chromium, and checks what a page's script can read of gateway responses.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::{redis_server::skipped::skipped, server::Server};

const DOCUMENTED: &str =
    "listening on http://127.0.0.1:3000\nthe API is at http://127.0.0.1:3001\n";

#[test]
fn without_cors_the_browser_hides_both_refusals() {
    let Some(page) = page_of("WITHOUT_CORS=1 cargo run --example browser") else {
        return;
    };
    assert_eq!(page.shown("cors"), "without");
    for refused in ["nobody", "denied"] {
        assert_eq!(
            page.shown(refused),
            "The browser hides the answer: TypeError: Failed to fetch"
        );
    }
    // So the browser hides only the gateway responses, not the API.
    assert_eq!(page.shown("allowed"), "200 OK: a cat and a dog");
}

#[test]
fn with_cors_a_script_can_read_why_it_was_refused() {
    let Some(page) = page_of("cargo run --example browser") else {
        return;
    };
    assert_eq!(page.shown("cors"), "with");
    assert_eq!(
        page.shown("nobody"),
        r#"401 Unauthorized: {"message":"Unauthorized"}"#
    );
    assert_eq!(
        page.shown("denied"),
        r#"403 Forbidden: {"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#
    );
    assert_eq!(page.shown("allowed"), "200 OK: a cat and a dog");
}

/// A page after its scripts have run.
struct Page {
    html: String,
}

/// `None` if there is no browser.
fn page_of(server: &str) -> Option<Page> {
    let Some(browser) = browser() else {
        skipped(&format!(
            "`{server}`, because there is neither chromium nor google-chrome"
        ));
        return None;
    };
    let server = Server::start(server, DOCUMENTED);
    let html = load(&browser, &format!("http://{}/", server.address()));
    Some(Page { html })
}

fn browser() -> Option<PathBuf> {
    let directories: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    ["chromium", "google-chrome"].into_iter().find_map(|name| {
        let candidates = directories.iter().map(|directory| directory.join(name));
        candidates.into_iter().find(|candidate| candidate.is_file())
    })
}

fn load(browser: &Path, url: &str) -> String {
    let profile = FreshDirectory::new();
    let output = Command::new(browser)
        .args([
            "--headless",
            // The sandbox does not work for root, which is the user in a container.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            // The browser's virtual time stands still while the page waits for a response.
            "--virtual-time-budget=10000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.0.display()))
        .arg(url)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let html = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}: {html}", output.status);
    html
}

impl Page {
    /// The texts in the element with this id, separated by colons.
    fn shown(&self, id: &str) -> String {
        let (_, element) = self.html.split_once(&format!(r#"id="{id}""#)).unwrap();
        let (_, content) = element.split_once('>').unwrap();
        let end = content
            .find("</output>")
            .into_iter()
            .chain(content.find("</strong>"));
        let (content, _) = content.split_at(end.min().unwrap());
        // A text is between the end of a tag and the beginning of the next one.
        let texts = content
            .split('<')
            .map(|part| part.rsplit('>').next().unwrap().trim());
        let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
        texts.join(": ")
    }
}

/// A temporary directory that is removed when it is dropped.
struct FreshDirectory(PathBuf);

impl FreshDirectory {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("browser-{}-{number}", process::id());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }
}

impl Drop for FreshDirectory {
    fn drop(&mut self) {
        // Removing fails if a process of the browser still writes. That is harmless for a temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}
