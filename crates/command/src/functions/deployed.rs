//! Deployed functions, invoked with the AWS SDK.

use std::sync::Arc;

use aws_config::BehaviorVersion;
use bytes::Bytes;
use tokio::sync::OnceCell;
use tower_lambda_authorizer::lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked, SdkInvoke};

/// A function with this name or ARN. The region and the credentials are those of the AWS CLI, read at the first call.
#[derive(Clone)]
pub(super) struct DeployedFunction {
    name: String,
    transport: Arc<OnceCell<SdkInvoke>>,
}

impl DeployedFunction {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            transport: Arc::default(),
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("deployed, {}", self.name)
    }

    async fn transport(&self) -> Result<SdkInvoke, InvokeError> {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let client = aws_sdk_lambda::Client::new(&config);
        let transport = SdkInvoke::new(client, &self.name);
        transport.map_err(|error| InvokeError::new(InvokeErrorKind::NotConfigured, error))
    }
}

impl Invoke for DeployedFunction {
    async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
        let transport = self.transport.get_or_try_init(|| self.transport()).await?;
        transport.invoke(event).await
    }
}
