//! The observer of one layer.

use std::{sync::Arc, time::Instant};

use tower_lambda_authorizer::observing::{Decision, Observer};

use crate::{record::Record, ring::Ring};

/// Records the decisions of a layer.
pub(crate) struct Recorder {
    ring: Arc<Ring>,
    layer: Arc<str>,
    id: usize,
}

impl Recorder {
    pub(crate) fn new(ring: Arc<Ring>, layer: Arc<str>, id: usize) -> Self {
        Self { ring, layer, id }
    }

    pub(crate) fn layer(&self) -> Arc<str> {
        Arc::clone(&self.layer)
    }
}

impl Observer for Recorder {
    fn decided(&self, decision: &Decision<'_>) {
        let began = Instant::now();
        let record = if self.ring.budget.pays(began) {
            let record = Record::with_story(decision, self.id, &self.layer);
            self.ring.budget.took(began.elapsed());
            record
        } else {
            Record::brief(decision, self.id, &self.layer)
        };
        self.ring.push(record);
    }
}
