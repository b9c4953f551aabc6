//! The gateway cases through real proxies that ask `forward-auth`, with recorded answers. How many of how many are carried
//! is printed, with the reasons of the rest.

#[path = "../../serve/gateway_cases/carried.rs"]
mod carried;
#[path = "../../../../../tests/gateway_cases/case.rs"]
#[allow(
    dead_code,
    reason = "the layer's own runner also reads the other members"
)]
mod case;
#[path = "../../serve/gateway_cases/documents.rs"]
mod documents;
mod exchange;
#[path = "../../serve/gateway_cases/recording.rs"]
mod recording;

use std::{fs, net::TcpListener, process::Command};

use self::{
    case::Case,
    documents::{api_arn, api_type, document},
    exchange::Exchanges,
    recording::recording,
};
use crate::{
    process::Server,
    proxies::{Kind, Proxy},
    upstream::Upstream,
};

/// Fewer would mean that a part of a case is no longer carried.
const AT_LEAST: usize = 130;

#[test]
fn cases_have_the_same_outcome_through_nginx() {
    through(Kind::Nginx);
}

#[test]
fn cases_have_the_same_outcome_through_caddy() {
    through(Kind::Caddy);
}

fn through(kind: Kind) {
    if !Kind::installed().contains(&kind) {
        return;
    }
    let stage = Stage::new(kind);
    carried::check(&format!("{kind:?}"), AT_LEAST, |case| stage.run(case));
}

/// One proxy for all cases. Each case has its own `forward-auth`, one after the other at the same address.
struct Stage {
    proxy: Proxy,
    forward_auth: String,
    upstream: Upstream,
}

/// The client's address and scheme in a case, which the proxy tells as if it had seen them.
const CLIENT: &str = "x-case-client";
const SCHEME: &str = "x-case-scheme";

impl Stage {
    fn new(kind: Kind) -> Self {
        let upstream = Upstream::start();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let forward_auth = listener.local_addr().unwrap();
        drop(listener);
        let page = configuration(kind);
        let proxy = Proxy::start_with(kind, &page, forward_auth, upstream.address);
        Self {
            proxy,
            forward_auth: forward_auth.to_string(),
            upstream,
        }
    }

    /// What differs from what the case expects, or why it cannot be carried.
    fn run(&self, case: &Case) -> Result<Vec<String>, &'static str> {
        if !case.api.stage_variables.is_empty() {
            return Err("documents have no stage variables");
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("api.json"), document(case)?.to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
        command
            .args(["forward-auth", "api.json", "--api", &api_arn(case)])
            .args(["--api-type", api_type(case)])
            .current_dir(folder.path());
        if case.config_error {
            return Ok(refused(command));
        }
        fs::write(folder.path().join("answers.json"), recording(case)?).unwrap();
        command
            .args(["--function", "answers.json", "--admin", "0"])
            .args(["--listen", &self.forward_auth])
            .args(exchange::context_headers(case));
        let server = Server::spawn(command);
        Exchanges::new(self, &server).run(case)
    }
}

/// The documented configuration, with the client of a case, and without names for the context: the test looks at what
/// `forward-auth` tells the proxy.
fn configuration(kind: Kind) -> String {
    let page = kind.documented();
    match kind {
        Kind::Nginx => {
            let copied = exchange::NAMES.map(|name| {
                let variable = name.replace('-', "_");
                let set = format!("auth_request_set ${variable} $upstream_http_{variable};");
                (set, format!("proxy_set_header {name} ${variable};"))
            });
            let (set, sent): (Vec<_>, Vec<_>) = copied.into_iter().unzip();
            page.replace("X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_case_client")
                .replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto $http_x_case_scheme")
                .replace("auth_request_set $user", &format!("{} auth_request_set $user", set.concat()))
                .replace(
                    "proxy_set_header X-User $user;",
                    &format!("proxy_set_header X-User $user; {}", sent.concat()),
                )
        }
        Kind::Caddy => page
            .replace(
                "copy_headers X-User",
                &format!(
                    "copy_headers {}\n\t\t\theader_up X-Forwarded-For {{http.request.header.X-Case-Client}}\n\
                     \t\t\theader_up X-Forwarded-Proto {{http.request.header.X-Case-Scheme}}",
                    exchange::NAMES.join(" ")
                ),
            ),
    }
}

/// A configuration that API Gateway does not accept ends the command.
fn refused(mut command: Command) -> Vec<String> {
    let printed = command.args(["--listen", "192.0.2.1:1"]).output().unwrap();
    let errors = String::from_utf8_lossy(&printed.stderr).into_owned();
    let is_refused = printed.status.code() == Some(2) && !errors.contains("--listen");
    (!is_refused).then_some(errors).into_iter().collect()
}
