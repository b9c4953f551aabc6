//! An authorizer that randomly answers, refuses, fails, panics, hangs and returns garbage.

mod call;
mod plan;

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    thread,
};

use tower_lambda_authorizer::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

pub(crate) use self::plan::Delay;
use self::{
    call::Call,
    plan::{End, Plan},
};
use crate::{
    garbage::garbage,
    oracle::{Failure, Said},
    scene::Scene,
};

/// A stage variable that selects the authorizer, if clones of a layer share one.
pub(crate) const VARIABLE: &str = "authorizer";

type Answered = Result<AuthorizerResponse, AuthorizerError>;

#[derive(Debug, Clone)]
pub(crate) struct Moody {
    pub(crate) scene: Arc<Scene>,
    /// Its number in the oracle.
    pub(crate) number: usize,
}

impl Authorizer for Moody {
    fn authorize(&self, request: AuthorizerRequest) -> impl Future<Output = Answered> + Send {
        let call = Call::begin(self, &request);
        let plan = self.scene.random(Plan::new);
        if plan.panics_at_once {
            call.panic();
        }
        let after = match plan.end {
            End::PanicsAfterItsAnswer => Some(call.message()),
            _ => None,
        };
        let bomb = Bomb {
            call,
            is_done: false,
            panics_when_dropped: plan.panics_when_dropped,
        };
        let method_arn = request.method_arn().to_string();
        Acting {
            call: act(bomb, plan, method_arn, after.clone()),
            after,
            is_done: false,
        }
    }
}

/// The future of a call, which may panic when it is dropped after it was ready.
struct Acting {
    call: Pin<Box<dyn Future<Output = Answered> + Send>>,
    after: Option<String>,
    is_done: bool,
}

impl Future for Acting {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        let polled = self.call.as_mut().poll(context);
        self.is_done = polled.is_ready();
        polled
    }
}

impl Drop for Acting {
    fn drop(&mut self) {
        if let Some(message) = self.after.as_ref().filter(|_| self.is_done) {
            panic!("{message}");
        }
    }
}

fn act(
    mut bomb: Bomb,
    plan: Plan,
    method_arn: String,
    after: Option<String>,
) -> Pin<Box<dyn Future<Output = Answered> + Send>> {
    Box::pin(async move {
        plan.delay.wait().await;
        bomb.is_done = true;
        let call = &bomb.call;
        match plan.end {
            End::Answers => {
                let said = call.answer(&method_arn);
                call.give(said)
            }
            End::Unauthorized => {
                let number = call.scene.oracle().number();
                call.note(number, Said::Unauthorized);
                Err(AuthorizerError::unauthorized())
            }
            End::Errs => {
                let message = format!("error {}", call.scene.oracle().number());
                call.failed(Failure::Erred(message.clone()));
                Err(AuthorizerError::new(message))
            }
            End::Panics => call.panic(),
            End::PanicsAfterItsAnswer => {
                call.failed(Failure::Panicked(after.unwrap_or_default()));
                Ok(AuthorizerResponse::allow("*").with_principal_id("nobody"))
            }
            End::Garbage => {
                call.failed(Failure::Malformed);
                let text = call.scene.random(garbage);
                Ok(AuthorizerResponse::from_json(&text)?)
            }
        }
    })
}

/// A call that may panic when it is dropped before it is ready.
struct Bomb {
    call: Call,
    is_done: bool,
    panics_when_dropped: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        if self.panics_when_dropped && !thread::panicking() {
            let message = self.call.message();
            // Requests that wait for it see a panic, and cancelled requests see nothing.
            self.call.failed(Failure::Unfinished);
            self.call.failed(Failure::Panicked(message.clone()));
            panic!("{message}");
        }
        self.call.failed(Failure::Unfinished);
    }
}

/// A payload that panics when it is dropped.
pub(crate) struct PanicsWhenDropped(pub(crate) String);

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("{}", self.0);
        }
    }
}
