//! Processes, their store, and what must hold when it is quiet again.

use std::{sync::Arc, time::Duration};

use shuttle::{
    rand::{Rng, thread_rng},
    thread,
};

use super::{
    BOUND,
    gate::Gate,
    link::Mood,
    oracle::{Oracle, Revocation, TOKENS},
    process::Process,
    server::Server,
    time,
};

/// How often time may pass until it is quiet, and how often others run before.
const ROUNDS: usize = 40;
const TURNS: usize = 100;

/// How often each process is asked afterwards.
const LATER: usize = 4;

/// How far the clock moves.
const STEPS: [Duration; 4] = [
    Duration::from_millis(60),
    Duration::from_millis(250),
    Duration::from_millis(500),
    BOUND,
];

/// The environment lets others run so often before the next event, at most.
const MAX_TURNS: usize = 40;

/// One of the processes. The first one revokes.
#[derive(Clone, Copy)]
pub(super) enum Which {
    First,
    Last,
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) oracle: Arc<Oracle>,
    pub(super) server: Arc<Server>,
    pub(super) gate: Arc<Gate>,
    processes: Vec<Arc<Process>>,
}

impl World {
    pub(super) fn new(processes: usize) -> Self {
        time::reset();
        let oracle = Arc::new(Oracle::new(processes));
        let server = Server::new(&oracle);
        let gate = Arc::default();
        let process = |number| Process::new(number, &server, &oracle, &gate);
        Self {
            processes: (0..processes).map(process).collect(),
            server,
            oracle,
            gate,
        }
    }

    pub(super) fn processes(&self) -> &[Arc<Process>] {
        &self.processes
    }

    pub(super) fn process(&self, which: Which) -> &Process {
        let process = match which {
            Which::First => self.processes.first(),
            Which::Last => self.processes.last(),
        };
        process.unwrap()
    }

    /// Nothing waits any more. Calls that hang are lost.
    pub(super) fn goes_on(&self) {
        self.gate.opens();
        for process in &self.processes {
            process.link().hangs_no_longer();
        }
    }

    /// Each process gets requests while time passes, cut off or not.
    pub(super) fn is_asked_later(&self, tokens: &[&str]) {
        for _ in 0..LATER {
            for process in &self.processes {
                for token in tokens {
                    process.requests(token);
                }
            }
            time_passes();
            turns();
        }
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
            process.requests("settles");
        }
        let is_settled = || {
            let mut links = self.processes.iter().map(|process| process.link());
            !self.server.has_writes_under_way() && links.all(|link| link.is_up_to_date())
        };
        eventually(is_settled, "a process does not follow the log");
    }

    /// A process that has not seen an entry may not know that another incarnation has begun with it, until it reads the
    /// next message of that incarnation. Until then it refuses more than it has to.
    pub(super) fn knows_its_log(&self) {
        if self.server.has_hidden_entries() {
            self.exchanges_messages();
        }
    }

    /// A failover has lost revocations, or somebody has deleted them. Each process that knew them has connected again.
    pub(super) fn notices_what_was_lost(&self) {
        if !self.oracle.has_lost() {
            return;
        }
        self.exchanges_messages();
        self.oracle.loss_is_noticed();
        for process in &self.processes {
            for token in TOKENS {
                process.requests(token);
            }
        }
    }

    /// Each process reads a message of each.
    fn exchanges_messages(&self) {
        for process in &self.processes {
            process.revokes(Revocation::Nobody);
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

/// Moves the clock.
pub(super) fn time_passes() {
    time::advance(STEPS[thread_rng().gen_range(0..STEPS.len())]);
}

/// Lets others run for a while.
pub(super) fn turns() {
    for _ in 0..thread_rng().gen_range(1..=MAX_TURNS) {
        thread::yield_now();
    }
}
