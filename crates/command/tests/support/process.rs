//! The real binary as a server: started, asked where it listens, and killed when the test ends.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Nothing here takes as long, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(120);

/// A server that runs. It is killed on drop.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    errors: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the command in a folder, on a free port, and waits until it says that it is ready.
    #[track_caller]
    pub(crate) fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
        command
            .args(arguments)
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder);
        Self::spawn(command)
    }

    /// Runs a command that says where it listens.
    #[track_caller]
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let errors = Arc::new(Mutex::new(String::new()));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let reader = thread::spawn({
            let errors = Arc::clone(&errors);
            move || follow(stderr, &errors)
        });
        let mut server = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            admin: None,
            errors,
            reader: Some(reader),
        };
        server.address = server.wait_for(|printed| address_after(printed, "listening on "));
        server.admin = address_after(&server.errors(), "admin on ");
        server
    }

    /// A URL of this server.
    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Everything that the server has written to the standard error so far.
    pub(crate) fn errors(&self) -> String {
        self.errors.lock().unwrap().clone()
    }

    /// Waits until the server has written this to the standard error, and returns everything that it has written.
    #[track_caller]
    pub(crate) fn wait_for_error(&self, text: &str) -> String {
        self.wait_for(|printed| printed.contains(text).then(|| printed.to_owned()))
    }

    #[track_caller]
    fn wait_for<T>(&self, found: impl Fn(&str) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            let has_ended = self.reader.as_ref().is_none_or(JoinHandle::is_finished);
            if let Some(found) = found(&self.errors()) {
                return found;
            }
            let is_late = begun.elapsed() > DEADLINE;
            assert!(
                !is_late && !has_ended,
                "the server wrote:\n{}",
                self.errors()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM, and returns the exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let id = self.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

fn follow(mut stderr: BufReader<impl Read>, errors: &Mutex<String>) {
    let mut line = Vec::new();
    while stderr
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        errors
            .lock()
            .unwrap()
            .push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

fn address_after(printed: &str, words: &str) -> Option<SocketAddr> {
    let line = printed.lines().find_map(|line| line.split(words).nth(1))?;
    // The line may be an object.
    let address = line.split("://").nth(1)?.trim_end_matches(['"', '}']);
    address.parse().ok()
}
