//! The fleet that the program computes figures for.

use clap::Args;

/// A fleet and its traffic. Times are in seconds.
#[derive(Debug, Clone, Args)]
pub struct Fleet {
    /// Instances of the application, which share the load equally
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub instances: u32,
    /// Identities, for example tokens in use
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub identities: u64,
    /// Requests per second that each instance receives
    #[arg(long, default_value_t = 100.0, value_parser = positive)]
    pub requests: f64,
    /// Exponent of Zipf's law: 0 if all identities are equally active
    #[arg(long, default_value_t = 1.0, value_parser = not_negative)]
    pub zipf: f64,
    /// Time to live of a result
    #[arg(long, default_value_t = 300.0, value_parser = positive)]
    pub ttl: f64,
    /// Time that a call to the authorizer takes
    #[arg(long, default_value_t = 0.02, value_parser = not_negative)]
    pub call_time: f64,
    /// Time that an operation of the store takes
    #[arg(long, default_value_t = 0.001, value_parser = not_negative)]
    pub store_time: f64,
    /// Timeout of the store. Zero stands for a circuit breaker that is open
    #[arg(long, default_value_t = 0.05, value_parser = not_negative)]
    pub store_timeout: f64,
    /// Time after a deploy for which the calls are averaged
    #[arg(long, default_value_t = 10.0, value_parser = positive)]
    pub deploy_window: f64,
    /// Time until every instance knows of a revocation. Without it, each keeps its copy for the time to live
    #[arg(long, value_parser = not_negative)]
    pub revocation_bound: Option<f64>,
    /// No store is shared
    #[arg(long)]
    pub no_store: bool,
}

impl Fleet {
    /// Requests per second that the whole fleet receives.
    #[must_use]
    pub fn total_requests(&self) -> f64 {
        self.requests * f64::from(self.instances)
    }
}

fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1e9).contains(&number) => Ok(number),
        _ => Err("write a number from 0 to 1000000000".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match not_negative(text) {
        Ok(number) if number > 0.0 => Ok(number),
        _ => Err("write a number that is greater than 0 and at most 1000000000".to_owned()),
    }
}
