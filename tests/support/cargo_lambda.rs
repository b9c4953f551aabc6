//! cargo-lambda's emulator: `cargo lambda watch`, which does not start the functions here.
//!
//! It differs from the service: if a function fails, it returns 500 without a header, and if a function exits or hangs, it
//! waits forever. Its `--timeout` breaks idle functions.

#[path = "ports.rs"]
mod ports;
#[path = "skipped.rs"]
pub(crate) mod skipped;

use std::{
    env, fs,
    net::TcpStream,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::fake_lambda::programs::Program;

pub(crate) struct CargoLambda {
    port: u16,
    directory: PathBuf,
    processes: Vec<Child>,
}

impl CargoLambda {
    /// Starts the emulator and these functions. Prints a message if it is not installed.
    pub(crate) fn start(functions: &[(&str, Program)]) -> Option<Self> {
        let version = Command::new("cargo-lambda")
            .args(["lambda", "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if version.is_err() {
            skipped::skipped("functions in an emulator, because there is no cargo-lambda");
            return None;
        }
        let mut emulator = Self {
            port: ports::free_port(),
            directory: package_with(functions.iter().map(|(name, _)| *name)),
            processes: Vec::new(),
        };
        emulator.start_emulator();
        for (name, program) in functions {
            emulator.start_function(name, program);
        }
        Some(emulator)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start_emulator(&mut self) {
        let port = self.port.to_string();
        let emulator = Command::new("cargo-lambda")
            .args(["lambda", "watch", "--only-lambda-apis"])
            .args(["--invoke-address", "127.0.0.1", "--invoke-port", &port])
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.processes
            .push(emulator.expect("it has just told its version"));
        let deadline = Instant::now() + Duration::from_secs(120);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "cargo-lambda does not start");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn start_function(&mut self, name: &str, program: &Program) {
        let api = format!("{}/.rt/{name}", self.url());
        let mut function = program.command();
        function
            .env("AWS_LAMBDA_RUNTIME_API", api)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.processes
            .push(function.spawn().expect("the function is built"));
    }
}

impl Drop for CargoLambda {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The emulator recognises functions that are programs of the package in its directory.
fn package_with<'n>(names: impl Iterator<Item = &'n str>) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = env::temp_dir().join(format!("cargo-lambda-{}-{number}", process::id()));
    fs::create_dir_all(&directory).expect("a temporary directory");
    let mut manifest =
        "[package]\nname = \"functions\"\nedition = \"2024\"\n[workspace]\n".to_owned();
    for name in names {
        manifest.push_str(&format!("[[bin]]\nname = \"{name}\"\npath = \"main.rs\"\n"));
    }
    fs::write(directory.join("main.rs"), "fn main() {}\n").expect("it is ours");
    fs::write(directory.join("Cargo.toml"), manifest).expect("it is ours");
    directory
}
