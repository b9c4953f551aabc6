//! The results of settings that were replaced. They are used again if these settings return before the results expire, so
//! a revocation has to reach them, too.

use std::time::Instant;

use crate::{cache::AuthorizerResults, clock::later};

#[derive(Default)]
pub(super) struct Earlier(Vec<Replaced>);

struct Replaced {
    authorizer: String,
    results: AuthorizerResults,
    /// When the last of the results has expired.
    until: Instant,
}

impl Earlier {
    /// Adds the results of a layer that was replaced, unless the current one uses them.
    pub(super) fn add(
        &mut self,
        replaced: Vec<(String, AuthorizerResults)>,
        current: &[(String, AuthorizerResults)],
    ) {
        let now = Instant::now();
        for (authorizer, results) in replaced {
            self.0
                .retain(|kept| now < kept.until && !kept.results.are_those_of(&results));
            let mut used = current.iter();
            if !used.any(|(_, current)| current.are_those_of(&results)) {
                let until = later(now, results.longest_life());
                self.0.push(Replaced {
                    authorizer,
                    results: results.detached(),
                    until,
                });
            }
        }
    }

    pub(super) fn of(&self, authorizer: &str) -> impl Iterator<Item = AuthorizerResults> {
        let kept = self
            .0
            .iter()
            .filter(move |kept| kept.authorizer == authorizer);
        kept.map(|kept| kept.results.clone().detached())
    }
}
