//! What an authorizer has to bear in a fleet. See `docs/scaling.md`.

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use fleet::{fleet::Fleet, measure::measure, model::predict, plot, simulation::simulate, table};

/// Says how often a fleet of instances calls the authorizer.
#[derive(Debug, Parser)]
#[command(name = "fleet")]
struct Command {
    #[command(flatten)]
    fleet: Fleet,
    /// Draws the calls per second for times to live up to an hour
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Prints a row for each of 1, 10 and 1,000 instances and 10^3, 10^5 and 10^7 identities
    Sizes,
    /// Runs the library with a clock that is moved, and compares. The authorizer answers at once
    Measure {
        /// Seconds of the moved clock
        #[arg(long, default_value_t = 3_600)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    match run(&Command::parse()) {
        Ok(output) => {
            print!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command) -> Result<String, Box<dyn Error>> {
    if let Some(file) = &command.plot {
        plot::draw(&command.fleet, file)
            .map_err(|error| format!("`{}` cannot be written: {error}", file.display()))?;
    }
    match command.what {
        None => Ok(table::of_one(&command.fleet)),
        Some(What::Sizes) => Ok(table::of_sizes(&command.fleet)),
        Some(What::Measure { seconds }) => {
            let fleet = Fleet {
                call_time: 0.0,
                ..command.fleet.clone()
            };
            if u64::from(fleet.instances) * fleet.identities > 10_000_000 {
                return Err(
                    "more than 10000000 instances times identities cannot be measured: use fewer"
                        .into(),
                );
            }
            let seconds = f64::from(seconds.max(1));
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()?;
            let measured = runtime.block_on(measure(&fleet, seconds, 1))?;
            let simulated = simulate(&fleet, seconds, 2);
            Ok(table::of_ways(
                &predict(&fleet).steady,
                &simulated,
                &measured,
            ))
        }
    }
}
