//! Servers of a page, which run in the background.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Nothing here takes as long, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(120);

/// They are killed on drop.
#[derive(Default)]
pub(crate) struct Background {
    children: Vec<Child>,
    printed: Arc<Mutex<String>>,
    /// An address of the page, and the real one.
    addresses: Vec<(String, String)>,
}

impl Background {
    /// Starts a server, and returns what it has printed when it is ready.
    pub(crate) fn start(&mut self, written: &str, command: &str, prints: &str) -> String {
        let command = on_free_port(command);
        let mut child = Command::new("sh")
            .args(["-c", &command])
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        self.follow(child.stdout.take().unwrap());
        self.follow(child.stderr.take().unwrap());
        self.children.push(child);
        let lines = prints.lines().count();
        let printed = self.wait_for(|printed| printed.lines().count() >= lines);
        let address = address_in(prints).zip(address_in(&printed));
        let address = address.unwrap_or_else(|| panic!("{written} printed no address: {printed}"));
        self.addresses.push(address);
        self.with_ports_of_the_page(&printed).trim_end().to_owned()
    }

    /// A command of the page, with the ports that are in use.
    pub(crate) fn with_real_ports(&self, command: &str) -> String {
        self.addresses
            .iter()
            .fold(command.to_owned(), |command, (page, real)| {
                command.replace(page, real)
            })
    }

    /// What the servers have printed since the last command, and what a command has printed.
    pub(crate) fn told_before(&self, printed: &str, expected: &str) -> String {
        let all = |told: &str| {
            self.with_ports_of_the_page(&format!("{told}{printed}"))
                .trim_end()
                .to_owned()
        };
        if self.children.is_empty() {
            return all("");
        }
        let told = self.wait_for(|told| all(told) == expected.trim_end());
        all(&told)
    }

    fn with_ports_of_the_page(&self, text: &str) -> String {
        let port = |address: &str| address.rsplit(':').next().unwrap_or_default().to_owned();
        self.addresses
            .iter()
            .fold(text.to_owned(), |text, (page, real)| {
                let text = text.replace(real, page);
                text.replace(
                    &format!(" port {} ", port(real)),
                    &format!(" port {} ", port(page)),
                )
            })
    }

    /// Takes what was printed, as soon as it is enough, or at the deadline.
    fn wait_for(&self, is_enough: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            {
                let mut printed = self.printed.lock().unwrap();
                if is_enough(&printed) || begun.elapsed() > DEADLINE {
                    return std::mem::take(&mut *printed);
                }
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn follow(&self, output: impl Read + Send + 'static) {
        let printed = Arc::clone(&self.printed);
        thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // The versions of Node.js and Python that are installed here are not on the page.
            for line in lines.filter(|line| !line.contains(" instead of `")) {
                let mut printed = printed.lock().unwrap();
                printed.push_str(&line);
                printed.push('\n');
            }
        });
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The shell becomes the server, so that killing it is enough.
fn on_free_port(command: &str) -> String {
    let command = command.trim_end_matches(" &");
    let command = command.replace("http.server 8000", "http.server 0");
    let (setting, server) = command.rsplit_once('\n').unwrap_or(("", &command));
    let listen = if server.contains("lambda-authorizer") {
        " --listen 0"
    } else {
        ""
    };
    format!("{setting}\nexec {server}{listen}")
}

/// The first `127.0.0.1:PORT`.
fn address_in(text: &str) -> Option<String> {
    let begin = text.find("127.0.0.1:")?;
    let address = text[begin..]
        .split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':')
        .next();
    address.map(str::to_owned)
}
