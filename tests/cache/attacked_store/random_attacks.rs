//! Somebody who does not know the secret changes logs and values at random, while processes revoke and others join.
//! `STORE_ATTACKS` sets for how many seconds.

use std::{env, sync::atomic::AtomicBool, thread};

use super::*;

/// A busy machine is late.
const LATE: Duration = Duration::from_millis(200);

/// The answer to DUMP.
fn bulk(answer: &[u8]) -> Option<Vec<u8>> {
    let rest = answer.strip_prefix(b"$")?;
    let line = rest.iter().position(|byte| *byte == b'\r')?;
    let length: usize = std::str::from_utf8(&rest[..line]).ok()?.parse().ok()?;
    rest.get(line + 2..)?.get(..length).map(<[u8]>::to_vec)
}

struct Attacker {
    world: Arc<World>,
    random: fastrand::Rng,
    /// Copies of logs and values, with their names.
    kept: Vec<(String, Vec<u8>)>,
}

impl Attacker {
    fn attack(&mut self) {
        let names = self.world.names("lambda-authorizer:");
        let (logs, values): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| name.contains(":log:"));
        let Some(log) = self.random.choice(&logs) else {
            return;
        };
        let value = self.random.choice(&values).unwrap_or(log);
        let ids = self.world.ids(log);
        let id = self.random.choice(&ids).map_or("1-1", String::as_str);
        match self.random.usize(..10) {
            0 => drop(self.world.say(&format!("DEL {value}"))),
            1 => drop(self.world.say(&format!("DEL {log}"))),
            2 => drop(self.world.say(&format!("XDEL {log} {id}"))),
            3 => drop(
                self.world
                    .say(&format!("XTRIM {log} MAXLEN {}", self.random.u8(..4))),
            ),
            4..7 => {
                for name in [log, value] {
                    let dump = bulk(&self.world.send(&[b"DUMP", name.as_bytes()]));
                    self.kept.extend(dump.map(|dump| (name.clone(), dump)));
                }
            }
            7 => self.restore(),
            8 if !ids.is_empty() => {
                let message = self.world.message(log, id);
                let near = id.split('-').next().unwrap();
                let at = match self.random.usize(..4) {
                    0 => "*".to_owned(),
                    1 => format!("{}-{}", u64::MAX, self.random.u64(..)),
                    2 => format!("{}-1", 1_900_000_000_000 + self.random.u64(..1 << 40)),
                    _ => format!("{near}-{}", self.random.u16(..1_000)),
                };
                self.world
                    .send(&[b"XADD", log.as_bytes(), at.as_bytes(), b"m", &message]);
            }
            _ => {
                let garbage: Vec<u8> = (0..200).map(|_| self.random.u8(..)).collect();
                self.world
                    .send(&[b"XADD", log.as_bytes(), b"*", b"m", &garbage]);
            }
        }
    }

    /// An earlier state under its name, or under another one.
    fn restore(&mut self) {
        let Some((mut name, dump)) = self.random.choice(&self.kept).cloned() else {
            return;
        };
        if self.random.u8(..4) == 0 {
            name.clone_from(&self.random.choice(&self.kept).unwrap().0);
        }
        self.world
            .send(&[b"RESTORE", name.as_bytes(), b"0", &dump, b"REPLACE"]);
    }
}

/// Revokes one token after the other. No process may use its result after the bound.
async fn revoke(world: &World, processes: &[Process], mut random: fastrand::Rng, until: Instant) {
    while Instant::now() < until {
        let (user, tenant) = (random.u32(..), random.u32(..));
        let token = format!("{user}.{tenant}.1");
        for _ in 0..random.usize(1..20) {
            let process = random.choice(processes).unwrap();
            assert_eq!(process.status(&token).await, 200, "{token}");
        }
        world.refuse(&token);
        let results = random.choice(processes).unwrap().results();
        let revoked = match random.usize(..3) {
            0 => results.invalidate([&token]).await,
            1 => results.invalidate_principal(&user.to_string()).await,
            _ => results.invalidate_tag(&format!("tenant:{tenant}")).await,
        };
        if revoked.is_err() {
            continue;
        }
        let confirmed = Instant::now();
        while confirmed.elapsed() < 3 * BOUND {
            let joining = (random.u8(..8) == 0).then(|| world.process());
            for process in processes.iter().chain(&joining) {
                let asked = confirmed.elapsed();
                let passes = process.status(&token).await == 200;
                assert!(
                    !passes || asked < BOUND + LATE,
                    "{token} passes after {asked:?}"
                );
            }
            tokio::time::sleep(Duration::from_millis(random.u64(..50))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_attacks_hide_no_revocation() {
    let Some(world) = World::start() else { return };
    let (world, mut random) = (Arc::new(world), fastrand::Rng::new());
    let processes: Arc<Vec<_>> = Arc::new((0..3).map(|_| world.process()).collect());
    for process in &*processes {
        process.warm("a.b.c").await;
    }
    let ends = Arc::new(AtomicBool::new(false));
    let mut attacker = Attacker {
        world: Arc::clone(&world),
        random: random.fork(),
        kept: Vec::new(),
    };
    let attacking = thread::spawn({
        let ends = Arc::clone(&ends);
        move || {
            while !ends.load(Ordering::SeqCst) {
                attacker.attack();
                let longest = if attacker.random.bool() { 5 } else { 300 };
                thread::sleep(Duration::from_millis(attacker.random.u64(..longest)));
            }
        }
    });
    let seconds = env::var("STORE_ATTACKS").ok();
    let seconds = seconds.map_or(4, |seconds| seconds.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut revoking = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (world, processes, random) =
            (Arc::clone(&world), Arc::clone(&processes), random.fork());
        revoking.spawn(async move { revoke(&world, &processes, random, until).await });
    }
    while let Some(revoked) = revoking.join_next().await {
        revoked.unwrap();
    }
    ends.store(true, Ordering::SeqCst);
    attacking.join().unwrap();
}
