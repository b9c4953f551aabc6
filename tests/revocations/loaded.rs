//! A fleet of processes under load.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    load::{RECORD, SEED, STORE},
    oracle::{self, Lost, Verdict},
};

/// A process that does not end within this time hangs.
const DEADLINE: Duration = Duration::from_secs(120);

pub(crate) struct Loaded {
    directory: PathBuf,
    running: Vec<Child>,
    records: Vec<PathBuf>,
    random: fastrand::Rng,
    pub(crate) lost: Vec<Lost>,
}

impl Loaded {
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        let directory = env::temp_dir().join(format!("revocations-{name}-{}", std::process::id()));
        // An earlier failure leaves it, and the system gives the number of its process to another one.
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        Self {
            directory,
            running: Vec::new(),
            records: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
            lost: Vec::new(),
        }
    }

    /// Starts a process. Returns its place in the fleet.
    pub(crate) fn add(&mut self, store: &str) -> usize {
        self.add_by(Command::new(env::current_exe().unwrap()), store)
    }

    /// The command starts this program in its own way.
    pub(crate) fn add_by(&mut self, command: Command, store: &str) -> usize {
        let process = self.start(command, store);
        self.running.push(process);
        self.running.len() - 1
    }

    fn start(&mut self, mut command: Command, store: &str) -> Child {
        let record = self.directory.join(self.records.len().to_string());
        command.env(RECORD, &record).env(STORE, store);
        command.env(SEED, self.random.u64(..).to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        self.records.push(record);
        command.spawn().unwrap()
    }

    /// Waits until all processes send requests.
    pub(crate) fn wait_until_ready(&self) {
        let is_ready = |record: &PathBuf| fs::metadata(record).is_ok_and(|record| record.len() > 0);
        wait_until(
            || self.records.iter().all(is_ready),
            "a process does not start",
        );
    }

    pub(crate) fn len(&self) -> usize {
        self.running.len()
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Kills a process, as a crash would. Another one takes its place.
    pub(crate) fn replace(&mut self, place: usize, store: &str) {
        self.running[place].kill().unwrap();
        self.running[place].wait().unwrap();
        let command = Command::new(env::current_exe().unwrap());
        self.running[place] = self.start(command, store);
    }

    pub(crate) fn signal(&self, place: usize, signal: &str) {
        let id = self.id(place).to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.unwrap().success());
    }

    pub(crate) fn id(&self, place: usize) -> u32 {
        self.running[place].id()
    }

    /// The processor time that all processes have used.
    pub(crate) fn processor_time(&self) -> Duration {
        let ids = self.running.iter().map(Child::id);
        ids.map(processor_time).sum()
    }

    /// What the fleet has done so far.
    pub(crate) fn verdict(&self) -> Verdict {
        // A process may have been killed before it had one.
        let records = self.records.iter().filter(|record| record.exists());
        oracle::check(&records.cloned().collect::<Vec<_>>(), &self.lost)
    }

    /// Ends all processes.
    pub(crate) fn stop(&mut self) -> Verdict {
        for process in &mut self.running {
            drop(process.stdin.take());
        }
        for process in &mut self.running {
            let ended = || process.try_wait().unwrap();
            let status = wait_for(ended, "a process does not end");
            assert!(status.success(), "{status}");
        }
        let verdict = self.verdict();
        self.running.clear();
        verdict
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        for process in &mut self.running {
            let _ = process.kill();
            let _ = process.wait();
        }
        // A failure leaves the records for whoever looks for its reason.
        if thread::panicking() {
            eprintln!("the records are in {}", self.directory.display());
        } else {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// Linux counts it in hundredths of a second.
fn processor_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name in parentheses may have spaces.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields = fields.split_whitespace().skip(11).take(2);
    let hundredths: u64 = fields.map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(10 * hundredths)
}

pub(crate) fn wait_until(mut condition: impl FnMut() -> bool, otherwise: &str) {
    wait_for(|| condition().then_some(()), otherwise);
}

fn wait_for<T>(mut poll: impl FnMut() -> Option<T>, otherwise: &str) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = poll() {
            return found;
        }
        assert!(Instant::now() < deadline, "{otherwise}");
        thread::sleep(Duration::from_millis(10));
    }
}
