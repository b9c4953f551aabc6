//! What other processes count, by its name.

use std::hint::black_box;

use bench_harness::callgrind::repeat_counted;
use tower_lambda_authorizer::AuthorizerResponse;

use crate::{
    groups::{Group, Row},
    hits, misses,
    subject::Subject,
};

pub(crate) enum Scenario {
    /// Requests to a service.
    Subject(Subject),
    /// An authorizer's answer is made and dropped.
    Answer(AuthorizerResponse),
}

/// The name of a group's row.
pub(crate) fn name(group: &Group, row: usize) -> String {
    format!("{}/{row}", group.name)
}

impl Scenario {
    /// Panics if there is none of this name.
    pub(crate) fn find(name: &str) -> Self {
        match name {
            misses::SCENARIO => Self::Subject(misses::misses()),
            misses::ANSWER => Self::Answer(hits::response(1)),
            name => {
                let (group, row) = row(name).unwrap_or_else(|| panic!("no scenario `{name}`"));
                Self::Subject((row.make)(group.requests))
            }
        }
    }

    /// Runs in callgrind.
    pub(crate) fn count(self, iterations: usize) {
        match self {
            Self::Subject(subject) => subject.count(iterations),
            Self::Answer(response) => {
                repeat_counted(iterations, |_| drop(black_box(response.clone())));
            }
        }
    }

    /// The allocations of one iteration.
    pub(crate) fn allocations(self, count: fn(&mut dyn FnMut()) -> u64) -> f64 {
        match self {
            Self::Subject(subject) => subject.allocations(count),
            Self::Answer(response) => count(&mut || drop(black_box(response.clone()))) as f64,
        }
    }
}

fn row(name: &str) -> Option<(&'static Group, &'static Row)> {
    let (group, row) = name.split_once('/')?;
    let group = Group::find(group)?;
    Some((group, group.rows.get(row.parse::<usize>().ok()?)?))
}
