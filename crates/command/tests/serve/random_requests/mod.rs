//! Random requests to the layer in this process and to a real `serve`. Both have to answer the same. `SERVE_REQUESTS` sets how
//! many there are for each document, and `SERVE_SEED` repeats a run.

mod documents;
mod echo;
mod in_process;
mod request;

use std::{collections::BTreeMap, env};

use fastrand::Rng;

use self::{documents::Sample, echo::Echoed, in_process::InProcess, request::Asked};
use crate::{process::Server, protected::write, upstream::App, wire::Connection};

#[test]
fn random_requests_are_answered_as_in_process() {
    let requests = number("SERVE_REQUESTS", 120);
    let seed = number("SERVE_SEED", fastrand::u64(..));
    println!("SERVE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    for sample in documents::all() {
        compare(&sample, requests, &mut random);
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |number| number.parse().unwrap())
}

fn compare(sample: &Sample, requests: u64, random: &mut Rng) {
    let upstream = App::start(echo::router());
    let (_folder, server) = serve(sample, &upstream);
    let in_process = InProcess::new(sample);
    let mut connection = Connection::new(server.address);
    let mut counts = BTreeMap::<_, u64>::new();
    for number in 0..requests {
        let asked = Asked::random(random);
        let answer = connection.exchange(&asked.message());
        let through_serve = Echoed::of_answer(&answer, &asked);
        let request = asked
            .request()
            .filter(|_| !asked.is_refused_by_every_server(sample));
        let Some(request) = request else {
            assert_eq!(answer.status, 400, "{} {number}: {asked}", sample.name);
            *counts.entry("no guard asked".to_owned()).or_default() += 1;
            continue;
        };
        let expected = in_process.answer(request, &asked);
        assert_eq!(
            through_serve,
            expected,
            "{} {number}: {asked}\n{}",
            sample.name,
            server.errors().lines().last().unwrap_or_default()
        );
        *counts.entry(answer.status.to_string()).or_default() += 1;
    }
    println!("{}: {counts:?}", sample.name);
    // Some 8 % are allowed, but chance may bring few of them.
    assert!(counts.contains_key("200"), "{}: {counts:?}", sample.name);
}

fn serve(sample: &Sample, upstream: &App) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "api.json", &sample.document);
    write(folder.path(), "answers.json", &documents::answers());
    let upstream = format!("http://{}", upstream.address);
    let mut arguments = vec!["serve", "api.json", "--function", "answers.json"];
    arguments.extend(["--upstream", &upstream, "--api-type", sample.option()]);
    let context: Vec<_> = echo::CONTEXT
        .iter()
        .map(|(header, key)| format!("{header}={key}"))
        .collect();
    for header in &context {
        arguments.extend(["--context-header", header]);
    }
    let server = Server::start_in(folder.path(), &arguments);
    (folder, server)
}
