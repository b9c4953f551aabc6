//! A proxy in front of a server, which asks `forward-auth`.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    document,
    process::Server,
    proxies::{Kind, Proxy},
    upstream::Upstream,
    wire::{Answer, send},
};

pub(crate) struct Scene {
    pub(crate) kind: Kind,
    pub(crate) proxy: Proxy,
    pub(crate) forward_auth: Server,
    pub(crate) upstream: Upstream,
    _folder: TempDir,
}

impl Scene {
    /// One with each proxy that is installed.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::all_with(json!({}), Kind::documented)
    }

    /// The same with more gateway responses, and with other configurations of the proxies.
    pub(crate) fn all_with(
        gateway_responses: Value,
        configuration: impl Fn(Kind) -> String,
    ) -> impl Iterator<Item = Self> {
        let kinds = Kind::installed().into_iter();
        kinds.map(move |kind| Self::new(kind, &gateway_responses, &configuration(kind)))
    }

    fn new(kind: Kind, gateway_responses: &Value, configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        document::write_with(folder.path(), gateway_responses);
        let forward_auth = forward_auth(&folder, &[]);
        let upstream = Upstream::start();
        let proxy = Proxy::start_with(kind, configuration, forward_auth.address, upstream.address);
        Self {
            kind,
            proxy,
            forward_auth,
            upstream,
            _folder: folder,
        }
    }

    /// Sends a request to the proxy.
    pub(crate) fn send(&self, line: &str, headers: &[(&str, &str)]) -> Answer {
        send(self.proxy.address, line, headers)
    }
}

/// Starts the command with the documents of a folder.
pub(crate) fn forward_auth(folder: &TempDir, arguments: &[&str]) -> Server {
    let first = [
        "forward-auth",
        "api.json",
        "--function",
        "answers.json",
        "--context-header",
        "x-user=principalId",
        "--context-header",
        "x-tenant=tenant",
    ];
    Server::start_in(folder.path(), &[&first[..], arguments].concat())
}
