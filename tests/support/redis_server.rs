//! A real Redis or Valkey server for one test, with a free port and its own directory. Its process ends with the test.

#[path = "ports.rs"]
mod ports;
#[path = "skipped.rs"]
pub(crate) mod skipped;

use std::{
    env, fs,
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

pub(crate) struct RedisServer {
    program: &'static str,
    options: Vec<String>,
    pub(crate) port: u16,
    directory: PathBuf,
    process: Child,
}

impl RedisServer {
    /// Starts the program. Prints a message if it is not installed.
    pub(crate) fn start(program: &'static str, options: &[&str]) -> Option<Self> {
        let version = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if version.is_err() {
            skipped::skipped(&format!("a test with Redis, because there is no {program}"));
            return None;
        }
        let directory = new_directory();
        let options: Vec<_> = options.iter().map(|&option| option.to_owned()).collect();
        let port = ports::free_port();
        let process = run(program, port, &directory, &options);
        let mut server = Self {
            program,
            options,
            port,
            directory,
            process,
        };
        // Another program may take the port before the server does.
        for _ in 0..5 {
            if server.answers() {
                return Some(server);
            }
            server.port = ports::free_port();
            server.process = run(program, server.port, &server.directory, &server.options);
        }
        panic!("`{program}` ends at once");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the server, as a crash of the machine would.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it is ours");
        self.process.wait().expect("it is ours");
    }

    /// Starts the server again on the same port.
    pub(crate) fn restart(&mut self) {
        self.process = run(self.program, self.port, &self.directory, &self.options);
        assert!(self.answers(), "`{}` ends at once", self.program);
    }

    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "kill {signal} {id}"
        );
    }

    /// Sends a command in the inline form, and returns what the server answers. A busy machine may need seconds.
    pub(crate) fn say(&self, command: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Waits for the first answer. `false` if the program has ended.
    fn answers(&mut self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(120);
        // An error that asks for a password also shows that it runs.
        let is_up = |answer: String| answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
        while !self.say("PING").is_ok_and(is_up) {
            if self.has_ended() {
                return false;
            }
            assert!(
                Instant::now() < deadline,
                "`{}` does not start",
                self.program
            );
            thread::sleep(Duration::from_millis(10));
        }
        !self.has_ended()
    }

    fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("it is ours").is_some()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn run(program: &str, port: u16, directory: &PathBuf, options: &[String]) -> Child {
    Command::new(program)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "no"])
        .args(options)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it has just told its version")
}

fn new_directory() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = env::temp_dir().join(format!("shared-cache-{}-{number}", process::id()));
    // A test that was killed leaves it, and the system gives the number of its process to another one.
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a temporary directory");
    directory
}
