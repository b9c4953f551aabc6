//! Records what a deployed API answers, as a table that the subcommand `table` checks.

mod client;
mod endpoint;
mod output;
mod plan;
mod replacement;
mod report;
mod seen;

use futures_util::{StreamExt, stream};
use http::Request;

pub(crate) use self::endpoint::Endpoint;
use self::{
    client::{Client, Problem},
    output::Output,
    plan::Planned,
    report::Recording,
    seen::Seen,
};
use crate::{
    Answer,
    cli::{Format, Record},
    failure::{Failure, in_one_line},
    output::{note, print, print_json},
};

/// Sends the requests in their order, since API Gateway caches results for later ones.
pub(crate) async fn record(arguments: &Record) -> Result<Answer, Failure> {
    let planned = plan::read_all(arguments)?;
    let client = Client::new(arguments.timeout)?;
    // Nothing is sent if the outcomes could not be written down.
    let output = arguments.output.as_deref().map(Output::open).transpose()?;
    if arguments.url.shows_tokens() {
        note(
            "--url",
            "over `http:`, everyone on the way can read the tokens; use `https:`",
        );
    }
    let all_seen = send_all(arguments, &client, &planned).await;
    let recordings = planned.into_iter().zip(all_seen);
    let recordings: Vec<_> = recordings
        .map(|(Planned { request, .. }, seen)| Recording { request, seen })
        .collect();
    let known = recordings.iter().filter(|it| it.is_known()).count();
    if known == 0 {
        let why = recordings.iter().find_map(|it| match &it.seen {
            Seen::Unclear(why) => Some(why.as_str()),
            Seen::Known(..) => None,
        });
        return Err(Failure::new(format_args!(
            "{}: none of the requests could be recorded: {}",
            arguments.url,
            why.unwrap_or("there are none")
        )));
    }
    write(arguments, output, &recordings)?;
    anstream::eprintln!("{known} of {} requests recorded", recordings.len());
    Ok(Answer::yes_if(known == recordings.len()))
}

/// Sends the requests until the server cannot be reached.
async fn send_all(arguments: &Record, client: &Client, planned: &[Planned]) -> Vec<Seen> {
    let sending = stream::iter(planned.iter().enumerate())
        .then(|(index, planned)| async move {
            if index > 0 && planned.held_back.is_none() {
                tokio::time::sleep(arguments.pause).await;
            }
            planned
        })
        .map(|planned| send(arguments, client, planned))
        .buffered(arguments.concurrency.into());
    let mut sending = std::pin::pin!(sending);
    let mut all_seen = Vec::with_capacity(planned.len());
    while let Some((seen, is_reachable)) = sending.next().await {
        let number = all_seen.len() + 1;
        // If nothing can be reached, the error says so.
        if let (Some(it), true) = (planned.get(all_seen.len()), is_reachable || number > 1) {
            report_progress(number, planned.len(), &it.request, &seen);
        }
        all_seen.push(seen);
        if !is_reachable {
            break;
        }
    }
    let unsent = || Seen::Unclear("not sent, because the server could not be reached".to_owned());
    all_seen.resize_with(planned.len(), unsent);
    all_seen
}

/// What came back, and whether the server can be reached.
async fn send(arguments: &Record, client: &Client, planned: &Planned) -> (Seen, bool) {
    if let Some(why) = &planned.held_back {
        return (Seen::Unclear(why.clone()), true);
    }
    match client.send(&arguments.url, &planned.request).await {
        Ok(response) => (seen::outcome_of(&response), true),
        Err(Problem::NoResponse(why)) => (Seen::Unclear(why), true),
        Err(Problem::NoConnection(why)) => (Seen::Unclear(why), false),
    }
}

/// Without the query, which may have a credential.
fn report_progress(number: usize, count: usize, request: &Request<()>, seen: &Seen) {
    let (method, path) = (request.method(), in_one_line(request.uri().path()));
    match seen {
        Seen::Known(outcome, _) => {
            anstream::eprintln!("{number}/{count} {method} {path}: {}", outcome.word());
        }
        Seen::Unclear(why) => {
            anstream::eprintln!("{number}/{count} {method} {path}: not recorded: {why}");
        }
    }
}

fn write(
    arguments: &Record,
    output: Option<Output<'_>>,
    recordings: &[Recording],
) -> Result<(), Failure> {
    let table = report::table(&arguments.url, &arguments.token_header, recordings);
    if let Some(output) = output {
        output.write(&table)?;
    }
    match (arguments.format, &arguments.output) {
        (Format::Json, _) => print_json(&report::json(&arguments.url, recordings)),
        (Format::Text, None) => print(&table),
        (Format::Text, Some(_)) => Ok(()),
    }
}
