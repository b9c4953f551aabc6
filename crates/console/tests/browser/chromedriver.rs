//! The browser, which is driven through chromedriver.

use std::{
    env,
    io::{BufRead, BufReader},
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
    thread,
};

use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{page::Page, ports::free_port, skipped::skipped};

/// The client of chromedriver lives on it, for as long as there are tests.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test in a fresh page. Without a browser, it says that it skipped the test.
pub(crate) fn in_a_page(test: impl AsyncFnOnce(&Page)) {
    // A session has one current page, so a test waits until the one before is done.
    static TURN: Mutex<()> = Mutex::new(());
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let Some(browser) = Browser::shared() else {
        skipped(&format!(
            "`{name}`, because there is no chromium or no chromedriver"
        ));
        return;
    };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = RUNTIME.block_on(async {
        let page = Page::open(browser.client.clone()).await;
        let outcome = AssertUnwindSafe(test(&page)).catch_unwind().await;
        if outcome.is_err() {
            page.save_failure(&name).await;
        }
        let complaints = page.close().await;
        outcome.map(|()| complaints)
    });
    match outcome {
        Ok(complaints) => assert!(complaints.is_empty(), "{complaints:#?}"),
        Err(panic) => resume_unwind(panic),
    }
}

struct Browser {
    client: Client,
    /// It is ended on drop.
    _driver: Driver,
}

impl Browser {
    /// The browser of all tests. It is closed after the last one. `None` if there is none on this machine.
    fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(browser) = shared.upgrade() {
            return Some(browser);
        }
        let browser = Arc::new(Self::start(&Driver::programs()?));
        *shared = Arc::downgrade(&browser);
        Some(browser)
    }

    fn start(programs: &Programs) -> Self {
        let driver = Driver::start(programs);
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": programs.browser,
                "args": [
                    "--headless",
                    // The sandbox does not work for root, which is the user in a container.
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-proxy-server",
                    "--force-color-profile=srgb",
                    "--hide-scrollbars",
                    // A name of an attacker that points here.
                    "--host-resolver-rules=MAP evil.example 127.0.0.1",
                ],
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let client = RUNTIME.block_on(async {
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.as_object().unwrap().clone())
                .connect(&driver.address)
                .await
        });
        Self {
            client: client.unwrap(),
            _driver: driver,
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends the browser. If that fails, ending chromedriver does.
        let _ = RUNTIME.block_on(self.client.clone().close());
    }
}

/// A process of chromedriver.
struct Driver {
    process: Child,
    address: String,
    /// It may write until it ends.
    _output: BufReader<ChildStdout>,
}

struct Programs {
    browser: PathBuf,
    driver: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Driver {
    fn programs() -> Option<Programs> {
        Some(Programs {
            browser: program("chromium").or_else(|| program("google-chrome"))?,
            driver: program("chromedriver")?,
        })
    }

    fn start(programs: &Programs) -> Self {
        // Another program may take the port before chromedriver does.
        let attempts = (0..5).find_map(|_| Self::try_start(programs));
        attempts.expect("chromedriver starts")
    }

    fn try_start(programs: &Programs) -> Option<Self> {
        // On a machine without IPv6, chromedriver does not tell which port the system chooses for it.
        let port = free_port();
        let mut process = Command::new(&programs.driver)
            .arg(format!("--port={port}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("started successfully") {
            line.clear();
            if output.read_line(&mut line).unwrap() == 0 {
                process.wait().unwrap();
                return None;
            }
        }
        Some(Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            _output: output,
        })
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates = env::split_paths(&folders).map(|folder| folder.join(name));
    candidates.find(|candidate| candidate.is_file())
}
