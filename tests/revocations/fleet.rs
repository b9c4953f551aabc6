//! Processes that share a store, and the truth about what was revoked.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{
    record::now,
    worker::{SLOW, STORE, TRUTH},
};

/// The bound that the documentation states.
pub(crate) const BOUND: Duration = Duration::from_secs(1);

/// Waiting for longer than this is a failure.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

pub(crate) struct Fleet {
    workers: Vec<Child>,
    said: Receiver<(usize, String)>,
    saying: Sender<(usize, String)>,
    /// What nobody has asked for yet.
    unheard: Vec<(usize, String)>,
    truth: PathBuf,
}

/// A revocation that was confirmed.
pub(crate) struct Confirmed {
    pub(crate) listening: u64,
    asked: u64,
    confirmed: u64,
}

impl Fleet {
    pub(crate) fn new(name: &str) -> Self {
        let truth = env::temp_dir().join(format!("revocations-{name}-{}", std::process::id()));
        // A test that was killed leaves it, and the system gives the number of its process to another one.
        let _ = fs::remove_dir_all(&truth);
        fs::create_dir_all(&truth).unwrap();
        let (saying, said) = channel();
        Self {
            workers: Vec::new(),
            said,
            saying,
            unheard: Vec::new(),
            truth,
        }
    }

    pub(crate) fn add(&mut self, count: usize, store: &str) {
        (0..count).for_each(|_| self.add_one(store, None));
    }

    pub(crate) fn add_slow(&mut self, store: &str, milliseconds: &str) {
        self.add_one(store, Some(milliseconds));
    }

    fn add_one(&mut self, store: &str, slow: Option<&str>) {
        let mut command = Command::new(env::current_exe().unwrap());
        command.env(STORE, store).env(TRUTH, &self.truth);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(milliseconds) = slow {
            command.env(SLOW, milliseconds);
        }
        let mut worker = command.spawn().unwrap();
        let (number, saying) = (self.workers.len(), self.saying.clone());
        let lines = BufReader::new(worker.stdout.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = saying.send((number, line));
            }
        });
        self.workers.push(worker);
    }

    pub(crate) fn len(&self) -> usize {
        self.workers.len()
    }

    pub(crate) fn tell(&mut self, worker: usize, line: &str) {
        let input = self.workers[worker].stdin.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
    }

    pub(crate) fn tell_all(&mut self, line: &str) {
        (0..self.len()).for_each(|worker| self.tell(worker, line));
    }

    /// What the worker says that begins so. Fails if a request passes again that was refused before.
    pub(crate) fn hears(&mut self, from: impl Fn(usize) -> bool, begins: &str) -> (usize, String) {
        self.hears_one_of(from, &[begins])
    }

    fn hears_one_of(&mut self, from: impl Fn(usize) -> bool, begins: &[&str]) -> (usize, String) {
        let is_it = |(worker, line): &(usize, String)| {
            from(*worker) && begins.iter().any(|begin| line.starts_with(begin))
        };
        if let Some(index) = self.unheard.iter().position(is_it) {
            return self.unheard.remove(index);
        }
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.said.recv_timeout(left) {
                Ok((_, line)) if line.starts_with("back ") => panic!("it passes again: {line}"),
                Ok(said) if is_it(&said) => return said,
                Ok(said) => self.unheard.push(said),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("nobody says {begins:?}")
                }
            }
        }
    }

    /// Sends one request. Returns the status, and how often this worker has called the authorizer.
    pub(crate) fn get(&mut self, worker: usize, token: &str) -> (u16, usize) {
        self.tell(worker, &format!("get {token}"));
        self.has_got(worker, token)
    }

    pub(crate) fn has_got(&mut self, worker: usize, token: &str) -> (u16, usize) {
        let (_, line) = self.hears(|from| from == worker, &format!("got {token} "));
        let mut words = line.split(' ').skip(2);
        let mut next = || words.next().unwrap().parse::<usize>().unwrap();
        (u16::try_from(next()).unwrap(), next())
    }

    /// All workers ask for the token until their requests are hits.
    pub(crate) fn warm(&mut self, token: &str) {
        self.warm_some(&(0..self.len()).collect::<Vec<_>>(), token);
    }

    pub(crate) fn warm_one(&mut self, worker: usize, token: &str) {
        self.warm_some(&[worker], token);
    }

    /// Asks for longer than a worker that has not read the log uses a result.
    fn warm_some(&mut self, workers: &[usize], token: &str) {
        let deadline = Instant::now() + DEADLINE;
        let mut calls = Vec::new();
        let mut since = Instant::now();
        while since.elapsed() < BOUND + Duration::from_millis(200) {
            let now: Vec<_> = workers
                .iter()
                .map(|worker| self.get(*worker, token))
                .collect();
            assert!(
                now.iter().all(|(status, _)| *status == 200),
                "{token}: {now:?}"
            );
            if calls != now {
                since = Instant::now();
            }
            calls = now;
            assert!(Instant::now() < deadline, "hits do not come back");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks each worker until it lets the token pass.
    pub(crate) fn passes_again(&mut self, token: &str) {
        let deadline = Instant::now() + DEADLINE;
        for worker in 0..self.len() {
            while self.get(worker, token).0 != 200 {
                assert!(Instant::now() < deadline, "worker {worker} refuses {token}");
            }
        }
    }

    /// From now on, the authorizer denies what has this name.
    pub(crate) fn make_true(&self, name: &str) {
        fs::write(self.truth.join(name), "").unwrap();
    }

    pub(crate) fn make_untrue(&self, name: &str) {
        fs::remove_file(self.truth.join(name)).unwrap();
    }

    /// On a busy machine, the store may not answer in time. As the documentation says, the worker is asked again.
    pub(crate) fn revoke(&mut self, worker: usize, line: &str) -> Confirmed {
        let (asked, deadline) = (now(), Instant::now() + DEADLINE);
        loop {
            self.tell(worker, line);
            let (_, said) = self.hears_one_of(|from| from == worker, &["revoked ", "failed "]);
            if let Some(listening) = said.strip_prefix("revoked ") {
                return Confirmed {
                    listening: listening.parse().unwrap(),
                    asked,
                    confirmed: now(),
                };
            }
            assert!(Instant::now() < deadline, "{said}");
        }
    }

    /// Waits until no worker watches the token any more.
    pub(crate) fn watched(&mut self, token: &str) {
        for worker in 0..self.len() {
            self.hears(|from| from == worker, &format!("watched {token}"));
        }
    }

    /// Waits until all workers that watch the token are refused. Fails if a request passes that has begun too long after the
    /// confirmation. Returns how long after the revocation was asked for the last request has begun that passed.
    pub(crate) fn refused(&mut self, token: &str, confirmed: &Confirmed) -> Vec<Duration> {
        let mut refused = HashMap::new();
        while refused.len() < self.len() {
            let (worker, line) = self.hears(|_| true, &format!("refused {token} "));
            let last: u64 = line.split(' ').nth(2).unwrap().parse().unwrap();
            let since = |moment| Duration::from_nanos(last.saturating_sub(moment));
            let late = since(confirmed.confirmed);
            assert!(
                late <= BOUND,
                "worker {worker} lets {token} pass after {late:?}"
            );
            refused.insert(worker, since(confirmed.asked));
        }
        refused.into_values().collect()
    }

    /// Asks a worker until it refuses. Fails if a request passes that has begun too long after the confirmation.
    pub(crate) fn refuses_in_time(&mut self, worker: usize, token: &str, confirmed: &Confirmed) {
        self.refuses_after(worker, token, confirmed.confirmed);
    }

    /// The same for a moment after which nobody can read the log.
    pub(crate) fn refuses_after(&mut self, worker: usize, token: &str, moment: u64) {
        loop {
            let begun = now();
            if self.get(worker, token).0 == 403 {
                return;
            }
            let late = Duration::from_nanos(begun.saturating_sub(moment));
            assert!(
                late <= BOUND,
                "worker {worker} lets {token} pass after {late:?}"
            );
        }
    }

    pub(crate) fn signal(&self, worker: usize, signal: &str) {
        let id = self.workers[worker].id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.unwrap().success());
    }

    pub(crate) fn kill(&mut self, worker: usize) {
        self.workers[worker].kill().unwrap();
        self.workers[worker].wait().unwrap();
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.kill();
            let _ = worker.wait();
        }
        let _ = fs::remove_dir_all(&self.truth);
    }
}
