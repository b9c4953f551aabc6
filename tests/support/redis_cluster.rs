//! A real cluster of Redis for one test.

use std::time::{Duration, Instant};

use crate::redis_server::RedisServer;

/// Three nodes that know each other and share the slots.
pub(crate) fn start() -> Option<Vec<RedisServer>> {
    let options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
    let start = || RedisServer::start("redis-server", &options);
    let nodes: Vec<_> = (0..3).map(|_| start()).collect::<Option<_>>()?;
    for (node, slots) in nodes.iter().zip(["0 5460", "5461 10922", "10923 16383"]) {
        node.say(&format!("CLUSTER ADDSLOTSRANGE {slots}")).unwrap();
        node.say(&format!("CLUSTER MEET 127.0.0.1 {}", nodes[0].port))
            .unwrap();
    }
    wait_until_ready(&nodes);
    Some(nodes)
}

pub(crate) fn wait_until_ready(nodes: &[RedisServer]) {
    let deadline = Instant::now() + Duration::from_secs(120);
    let is_ready = |node: &RedisServer| {
        let info = node.say("CLUSTER INFO").unwrap();
        info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
    };
    while !nodes.iter().all(is_ready) {
        assert!(Instant::now() < deadline, "the cluster does not form");
        std::thread::sleep(Duration::from_millis(50));
    }
}
