//! Takes the place of `deployed.rs` in builds without the feature `aws`.

use std::convert::Infallible;

use bytes::Bytes;
use tower_lambda_authorizer::lambda::{Invoke, InvokeError, Invoked};

/// There is none.
#[derive(Clone)]
pub(super) struct DeployedFunction(Infallible);

impl DeployedFunction {
    pub(super) fn new(_name: Option<&str>) -> Result<Self, String> {
        Err("this build cannot call AWS; install it with `--features aws`".to_owned())
    }

    pub(super) fn describe(&self) -> String {
        match self.0 {}
    }
}

impl Invoke for DeployedFunction {
    async fn invoke(&self, _event: Bytes) -> Result<Invoked, InvokeError> {
        match self.0 {}
    }
}
