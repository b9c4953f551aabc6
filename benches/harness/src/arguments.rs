//! The arguments of a benchmark.

use crate::measure::Effort;

/// From the command line.
#[derive(Debug, Clone, Copy)]
pub struct Arguments {
    /// How long times are measured. None with `--counts`: only what repeats is measured, instructions and allocations.
    pub times: Option<Effort>,
    /// `--quick`: few repetitions, and without the slowest.
    pub quick: bool,
    /// `--plots`: also draws them.
    pub plots: bool,
}

impl Arguments {
    /// Ignores what it does not know, because cargo adds `--bench`.
    #[must_use]
    pub fn read(arguments: &[String]) -> Self {
        let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
        let quick = has("--quick");
        let effort = if quick { Effort::QUICK } else { Effort::FULL };
        Self {
            times: (!has("--counts")).then_some(effort),
            quick,
            plots: has("--plots"),
        }
    }
}
