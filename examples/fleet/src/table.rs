//! Prints the figures as a table.

use crate::{
    fleet::Fleet,
    model::{Load, Prediction, predict},
};

/// The figures of one fleet.
#[must_use]
pub fn of_one(fleet: &Fleet) -> String {
    let Prediction {
        steady,
        deploy,
        failure,
        entries,
        p99,
        p99_failure,
        refusal,
    } = predict(fleet);
    let seconds = |name: &str, load: &Load, p99: Option<f64>| {
        let p99 = p99.map_or_else(|| "-".to_owned(), milliseconds);
        let store = load.store_ratio().map_or_else(|| "-".to_owned(), percent);
        format!(
            "| {name} | {} | {} | {store} | {} | {p99} |\n",
            figure(load.calls),
            percent(load.memory_ratio()),
            figure(load.store_operations()),
        )
    };
    let mut table = format!(
        "{} requests per second from {} identities, at {} instances\n\n\
         | | calls/s | memory hits | store hits | store operations/s | p99 |\n|---|--:|--:|--:|--:|--:|\n",
        figure(fleet.total_requests()),
        fleet.identities,
        fleet.instances
    );
    table += &seconds("steady", &steady, Some(p99));
    table += &seconds("after a deploy", &deploy, None);
    if !fleet.no_store {
        table += &seconds("store fails", &failure, Some(p99_failure));
    }
    table += &format!(
        "\nresults in an instance's memory: {}\ntime to refusal after a revocation: at most {refusal} s\n",
        figure(entries)
    );
    table
}

/// The table of `docs/scaling.md`: a row for each size of fleet.
#[must_use]
pub fn of_sizes(fleet: &Fleet) -> String {
    let mut table = "| instances | identities | calls/s | without a store | after a deploy, without a store | memory hits \
                     | store hits | store operations/s | p99 | p99, store fails | results in memory |\n\
                     |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for instances in [1, 10, 1_000] {
        for identities in [1_000, 100_000, 10_000_000] {
            let fleet = Fleet {
                instances,
                identities,
                no_store: false,
                ..fleet.clone()
            };
            let with = predict(&fleet);
            let without = predict(&Fleet {
                no_store: true,
                ..fleet
            });
            let steady = with.steady;
            table += &format!(
                "| {instances} | {identities} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                figure(steady.calls),
                figure(without.steady.calls),
                figure(without.deploy.calls),
                percent(steady.memory_ratio()),
                steady.store_ratio().map_or_else(|| "-".to_owned(), percent),
                figure(steady.store_operations()),
                milliseconds(with.p99),
                milliseconds(with.p99_failure),
                figure(with.entries),
            );
        }
    }
    table
}

/// The same fleet by formula, by simulation and with the library.
#[must_use]
pub fn of_ways(model: &Load, simulated: &Load, measured: &Load) -> String {
    let mut table =
        "| per second | model | simulated | measured | error of the model |\n|---|--:|--:|--:|--:|\n".to_owned();
    let named = |load: &Load| {
        [
            ("calls to the authorizer", load.calls),
            ("misses in memory", load.misses),
            ("look-ups in the store", load.look_ups),
        ]
    };
    let ways = named(model)
        .into_iter()
        .zip(named(simulated))
        .zip(named(measured));
    for (((name, model), (_, simulated)), (_, measured)) in ways {
        let error = if measured > 0.0 {
            format!("{:+.1} %", (model / measured - 1.0) * 100.0)
        } else {
            "-".to_owned()
        };
        table += &format!("| {name} | {model:.2} | {simulated:.2} | {measured:.2} | {error} |\n");
    }
    table
}

fn figure(value: f64) -> String {
    if value < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

fn milliseconds(seconds: f64) -> String {
    if seconds > 0.0 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        "a hit".to_owned()
    }
}
