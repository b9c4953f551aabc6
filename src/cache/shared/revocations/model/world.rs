//! Processes, their store, and what must hold when it is quiet again.

use std::sync::Arc;

use shuttle::thread;

use super::{
    BOUND,
    link::Mood,
    oracle::{Oracle, Revocation, TOKENS},
    process::Process,
    server::Server,
    time,
};

/// How often time may pass until it is quiet, and how often others run before.
const ROUNDS: usize = 40;
const TURNS: usize = 100;

#[derive(Clone)]
pub(super) struct World {
    pub(super) oracle: Arc<Oracle>,
    pub(super) server: Arc<Server>,
    processes: Vec<Arc<Process>>,
}

impl World {
    pub(super) fn new(processes: usize) -> Self {
        time::reset();
        let oracle = Arc::new(Oracle::new(processes));
        let server = Server::new(&oracle);
        let process = |number| Process::new(number, &server, &oracle);
        Self {
            processes: (0..processes).map(process).collect(),
            server,
            oracle,
        }
    }

    pub(super) fn processes(&self) -> &[Arc<Process>] {
        &self.processes
    }

    /// All connections are well again.
    pub(super) fn is_well(&self) {
        for process in &self.processes {
            process.link_is(Mood::Well);
        }
    }

    /// Every process reads the log.
    pub(super) fn settles(&self) {
        for process in &self.processes {
            process.requests(TOKENS[0]);
        }
        let is_settled = || {
            let mut links = self.processes.iter().map(|process| process.link());
            !self.server.has_writes_under_way() && links.all(|link| link.is_up_to_date())
        };
        eventually(is_settled, "a process does not follow the log");
    }

    /// A process that has not seen an entry may not know that another incarnation has begun with it, until it reads the next
    /// message of that incarnation. Until then it refuses more than it has to.
    pub(super) fn knows_its_log(&self) {
        if !self.server.has_hidden_entries() {
            return;
        }
        for process in &self.processes {
            process.revokes(Revocation::Tag);
            self.settles();
        }
    }

    /// Each process keeps what the authorizer answers, and uses what another one has stored.
    pub(super) fn keeps_results(&self) {
        let shared = format!("shared {}", self.oracle.moment());
        for process in &self.processes {
            for token in TOKENS {
                process.requests(token);
                let calls = self.oracle.calls();
                process.requests(token);
                assert_eq!(self.oracle.calls(), calls, "a result is not kept");
            }
        }
        let calls = self.oracle.calls();
        for process in &self.processes {
            process.requests(&shared);
        }
        assert_eq!(self.oracle.calls(), calls + 1, "a result is not shared");
    }

    /// Nothing remains of a process.
    pub(super) fn ends(self) {
        let links: Vec<_> = self
            .processes
            .iter()
            .map(|process| Arc::clone(process.link()))
            .collect();
        drop(self);
        let are_gone = || links.iter().all(|link| Arc::strong_count(link) == 1);
        eventually(are_gone, "a process that has ended follows the log");
    }
}

/// Lets the others run, then time pass, again and again.
fn eventually(holds: impl Fn() -> bool, otherwise: &str) {
    for _ in 0..ROUNDS {
        time::advance(BOUND / 4);
        for _ in 0..TURNS {
            thread::yield_now();
            if holds() {
                return;
            }
        }
    }
    panic!("{otherwise}");
}
