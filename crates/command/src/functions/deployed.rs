//! Deployed functions, invoked with the AWS SDK.

mod session;

use bytes::Bytes;
use tower_lambda_authorizer::lambda::{Invoke, InvokeError, Invoked, SdkInvoke};

use self::session::Session;

/// A function with this name or ARN.
#[derive(Clone)]
pub(super) struct DeployedFunction {
    name: String,
    region: String,
    transport: SdkInvoke,
}

impl DeployedFunction {
    /// Reads the region and the credentials of the AWS CLI. `Err` says what is missing, and what to do.
    pub(super) fn new(name: Option<&str>) -> Result<Self, String> {
        let name = name.ok_or(
            "the document does not say under which name the function is deployed; write `aws:FUNCTION-NAME` instead of `aws`",
        )?;
        let session = Session::begin(region_of(name))?;
        let transport = SdkInvoke::new(session.client, name);
        Ok(Self {
            name: name.to_owned(),
            region: session.region,
            transport: transport.map_err(|error| error.to_string())?,
        })
    }

    pub(super) fn describe(&self) -> String {
        format!("deployed, {} in {}", self.name, self.region)
    }
}

/// The region of a whole ARN: `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
fn region_of(name: &str) -> Option<&str> {
    let mut parts = name.split(':');
    let is_arn = parts.next() == Some("arn");
    parts.nth(2).filter(|region| is_arn && !region.is_empty())
}

impl Invoke for DeployedFunction {
    async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
        self.transport.invoke(event).await
    }
}
