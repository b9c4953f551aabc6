//! Processes in network namespaces of their own: links that go down, and a link that is slow.

use std::{
    env,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    loaded::{Loaded, wait_until},
    record::now,
    redis_server::{RedisServer, skipped::skipped},
};

const PROCESSES: usize = 6;

/// This program runs again in a namespace, where it may set up links. Nothing of it is seen outside.
const INSIDE: &str = "REVOCATIONS_INSIDE";

pub(crate) fn network() {
    if env::var_os(INSIDE).is_some() {
        return inside();
    }
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net"]);
        command
    };
    let links = "ip link add near type veth peer name far && tc qdisc add dev near root tbf rate 1mbit burst 4kb latency 1s";
    let is_permitted = unshare()
        .args(["sh", "-c", links])
        .stderr(Stdio::null())
        .status();
    if !is_permitted.is_ok_and(|status| status.success()) {
        return skipped("links that go down, because network namespaces are not permitted");
    }
    let mut again = unshare();
    again
        .arg(env::current_exe().unwrap())
        .arg("links that go down")
        .env(INSIDE, "1");
    assert!(again.status().unwrap().success());
}

fn inside() {
    run("ip link set lo up");
    // Reachable only from the namespaces of this test.
    let options = ["--bind", "0.0.0.0", "--protected-mode", "no"];
    let Some(server) = RedisServer::start("redis-server", &options) else {
        return;
    };
    let mut fleet = Loaded::new("network", 5);
    for place in 0..PROCESSES {
        let mut command = Command::new("unshare");
        command.arg("--net").arg(env::current_exe().unwrap());
        let store = format!("redis://10.7.{place}.1:{}", server.port);
        fleet.add_by(command, &store);
        link(place, fleet.id(place));
    }
    fleet.wait_until_ready();
    let hold = |milliseconds| thread::sleep(Duration::from_millis(milliseconds));
    hold(1500);
    // Nothing arrives in either direction, for longer than the bound and for less.
    run("ip link set near0 down");
    run("ip link set near1 down");
    hold(700);
    run("ip link set near1 up");
    hold(1800);
    run("ip link set near0 up");
    // What is sent arrives, but no answer comes back. And a link with 64 kbit/s in both directions.
    run("ip route replace blackhole 10.7.2.2/32");
    run("tc qdisc add dev near3 root tbf rate 64kbit burst 4kb latency 2s");
    nsenter(
        fleet.id(3),
        "tc qdisc add dev far root tbf rate 64kbit burst 4kb latency 2s",
    );
    hold(2500);
    run("ip route del blackhole 10.7.2.2/32");
    let mended = now();
    hold(2500);
    let verdict = fleet.stop();
    println!("{verdict}");
    assert!(verdict.last_hit > mended, "there are no hits any more");
    assert!(verdict.revocations > 0);
}

/// Connects a process, which has begun in a namespace of its own.
fn link(place: usize, id: u32) {
    let own = std::fs::read_link("/proc/self/ns/net").unwrap();
    let is_apart = || {
        let its = std::fs::read_link(format!("/proc/{id}/ns/net"));
        its.is_ok_and(|its| its != own)
    };
    wait_until(is_apart, "the process has no namespace of its own");
    run(&format!(
        "ip link add near{place} type veth peer name far netns {id}"
    ));
    run(&format!("ip addr add 10.7.{place}.1/24 dev near{place}"));
    run(&format!("ip link set near{place} up"));
    nsenter(id, &format!("ip addr add 10.7.{place}.2/24 dev far"));
    nsenter(id, "ip link set far up");
}

fn nsenter(id: u32, command: &str) {
    run(&format!("nsenter --net --target {id} {command}"));
}

fn run(command: &str) {
    let mut words = command.split(' ');
    let status = Command::new(words.next().unwrap()).args(words).status();
    assert!(status.unwrap().success(), "{command}");
}
