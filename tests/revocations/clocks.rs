//! Processes whose wall clocks differ by minutes, and jump. Their monotonic clocks are right. The server's clock goes back.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    flood::log_of,
    loaded::Loaded,
    proxy::Proxy,
    record::now,
    redis_server::{RedisServer, skipped::skipped},
};

/// How long the load lasts before and after the clocks jump, and while a process is cut off.
const LASTS: Duration = Duration::from_secs(3);

pub(crate) fn clocks() {
    let Some(library) = faketime() else {
        return skipped("clocks that differ, because there is no faketime");
    };
    let Some(server) = RedisServer::start("redis-server", &[]) else {
        return;
    };
    let proxy = Proxy::to(server.port);
    let mut fleet = Loaded::new("clocks", 3);
    let clock = |name: &str, offset: &str| Clock::new(&library, fleet.directory(), name, offset);
    let offsets = ["+0", "+10m", "-10m", "+3m", "-3m", "+30s"];
    let clocks: Vec<_> = offsets.iter().map(|offset| clock(offset, offset)).collect();
    let ahead = clocks[1].ahead();
    assert!(
        (500..700).contains(&ahead),
        "faketime has no effect: {ahead}"
    );
    for (place, clock) in clocks.iter().enumerate() {
        let mut command = Command::new(env::current_exe().unwrap());
        command.envs(clock.environment());
        let url = if place == 1 {
            proxy.url()
        } else {
            server.url()
        };
        fleet.add_by(command, &url);
    }
    fleet.wait_until_ready();
    thread::sleep(LASTS);
    // As if the server's clock had been ten minutes ahead: its next numbers continue from there.
    let id = SystemTime::now() + Duration::from_secs(600);
    let id = id.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let log = log_of(&server);
    server.say(&format!("XADD {log} {id}-0 m ahead")).unwrap();
    clocks[1].set("-10m");
    clocks[2].set("+10m");
    thread::sleep(LASTS);
    let jumped = now();
    thread::sleep(LASTS);
    // Its clock shows a time before its last read of the log. Nothing vouches for its results nevertheless.
    proxy.cut();
    thread::sleep(LASTS);
    let verdict = fleet.stop();
    println!("{verdict}");
    assert!(verdict.last_hit > jumped, "there are no hits any more");
    assert!(verdict.revocations > 0);
}

/// The library that shows another time to programs.
fn faketime() -> Option<String> {
    let asked = Command::new("faketime")
        .args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"])
        .output();
    let library = String::from_utf8(asked.ok()?.stdout).unwrap();
    Some(library.trim().to_owned())
}

/// A wall clock with an offset that a file contains.
struct Clock {
    library: String,
    offset: PathBuf,
}

impl Clock {
    fn new(library: &str, directory: &Path, name: &str, offset: &str) -> Self {
        let clock = Self {
            library: library.to_owned(),
            offset: directory.join(format!("clock{name}")),
        };
        clock.set(offset);
        clock
    }

    fn set(&self, offset: &str) {
        fs::write(&self.offset, offset).unwrap();
    }

    fn environment(&self) -> [(&'static str, &str); 4] {
        [
            ("LD_PRELOAD", &self.library),
            ("FAKETIME_TIMESTAMP_FILE", self.offset.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ]
    }

    /// How many seconds it is ahead.
    fn ahead(&self) -> i64 {
        let mut date = Command::new("date");
        let shown = date.arg("+%s").envs(self.environment()).output().unwrap();
        let shown: i64 = String::from_utf8(shown.stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        let right = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        shown - i64::try_from(right).unwrap()
    }
}
