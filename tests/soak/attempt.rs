//! A request in progress, until it is answered, its client disconnects, or a panic leaves the layer.

use std::{
    cell::RefCell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tower_lambda_authorizer::Denial;

use crate::{
    oracle::{Moment, Sent, Subject},
    places::Place,
    scene::Scene,
    traffic::request,
};

/// The result of a place's response.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) denial: Option<Denial>,
}

pub(crate) type Answering = Pin<Box<dyn Future<Output = Answered> + Send>>;

pub(crate) struct Attempt {
    pub(crate) scene: Arc<Scene>,
    pub(crate) number: u64,
    answering: Option<Answering>,
    /// The client disconnects after this many polls.
    patience: u32,
}

thread_local! {
    /// What authorizers and stores have done in the current poll.
    static CAME: RefCell<Vec<(Subject, Moment)>> = RefCell::default();
}

pub(crate) fn note(subject: &Subject, moment: Moment) {
    CAME.with_borrow_mut(|came| came.push((subject.clone(), moment)));
}

/// Runs the layer while the clock stands still. `None` if it panicked.
pub(crate) fn watched<R>(scene: &Scene, act: impl FnOnce() -> R) -> Option<R> {
    let _still = scene.stand_still();
    let done = catch_unwind(AssertUnwindSafe(act));
    let came = CAME.take();
    if !came.is_empty() {
        scene.oracle().settled(&came);
    }
    done.ok()
}

impl Attempt {
    pub(crate) fn begin(scene: &Arc<Scene>, place: &Place, sent: Sent, patience: u32) -> Self {
        let number = sent.number;
        let request = request(&sent);
        let answering = watched(scene, || {
            scene.oracle().sent(sent, scene.now());
            (place.send)(request)
        });
        let mut oracle = scene.oracle();
        match answering {
            Some(_) => oracle.polled(number),
            None => oracle.panicked(number, "it was called"),
        }
        drop(oracle);
        Self {
            scene: Arc::clone(scene),
            number,
            answering,
            patience,
        }
    }

    /// Also drops a response or a future.
    fn end(&mut self) {
        let answering = self.answering.take();
        if watched(&self.scene, || drop(answering)).is_none() {
            let mut oracle = self.scene.oracle();
            oracle.panicked(self.number, "its future was dropped");
        }
    }
}

impl Future for Attempt {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(answering) = this.answering.as_mut() else {
            return Poll::Ready(());
        };
        let scene = Arc::clone(&this.scene);
        let polled = watched(&scene, || {
            let polled = answering.as_mut().poll(context);
            polled.map(|answered| {
                let Answered { status, denial } = answered;
                let date = scene.date(scene.now());
                scene
                    .oracle()
                    .answered(this.number, status, denial.as_ref(), date);
            })
        });
        let over = match polled {
            Some(Poll::Ready(())) => true,
            Some(Poll::Pending) => {
                scene.oracle().polled(this.number);
                this.patience = this.patience.saturating_sub(1);
                this.patience == 0
            }
            None => {
                scene.oracle().panicked(this.number, "it was polled");
                true
            }
        };
        if !over {
            return Poll::Pending;
        }
        this.end();
        scene.oracle().left(this.number);
        Poll::Ready(())
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.end();
        self.scene.oracle().left(self.number);
    }
}
