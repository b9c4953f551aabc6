//! The region and the credentials that the AWS CLI would use here.

use std::{env, thread, time::Duration};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableRegionProvider,
    meta::region::RegionProviderChain, profile::ProfileFileRegionProvider,
};
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use aws_sdk_lambda::Client;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::{runtime, time::timeout};

use crate::failure::with_causes;

/// Longer, a start does not wait for credentials. Each call asks for them again.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// What calls of deployed functions need.
pub(super) struct Session {
    pub(super) region: String,
    pub(super) client: Client,
}

impl Session {
    /// Without a region of its own, that of the environment or of the profile is used. An instance's metadata service
    /// is not asked for a region, because elsewhere the question takes seconds.
    pub(super) fn begin(region: Option<&str>) -> Result<Self, String> {
        let region = region.map(|region| Region::new(region.to_owned()));
        block_on(async {
            let region = match region {
                Some(region) => region,
                None => configured_region().await?,
            };
            let config = aws_config::defaults(BehaviorVersion::latest())
                .region(region.clone())
                .http_client(
                    aws_smithy_http_client::Builder::new()
                        .tls_provider(Provider::Rustls(CryptoMode::Ring))
                        .build_https(),
                )
                .load()
                .await;
            check_credentials(&config).await?;
            Ok(Self {
                region: region.to_string(),
                client: Client::new(&config),
            })
        })
    }
}

/// Runs to its end, whether or not this thread is part of a runtime.
fn block_on<T: Send>(work: impl Future<Output = Result<T, String>> + Send) -> Result<T, String> {
    let run = || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(work)
    };
    let ended = thread::scope(|scope| scope.spawn(run).join());
    ended.unwrap_or_else(|_| Err("the configuration of AWS cannot be read".to_owned()))
}

async fn configured_region() -> Result<Region, String> {
    let of_environment = EnvironmentVariableRegionProvider::new();
    let of_profile = ProfileFileRegionProvider::new();
    let chain = RegionProviderChain::first_try(of_environment).or_else(of_profile);
    let region = chain.region().await.ok_or(
        "no AWS region is set; set AWS_REGION, or name the function with its ARN, such as \
         `aws:arn:aws:lambda:REGION:ACCOUNT:function:NAME`",
    )?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match region.as_ref() {
        name if !name.is_empty() && name.bytes().all(is_allowed) => Ok(region),
        name => Err(format!(
            "`{name}` is not an AWS region; correct AWS_REGION or the profile's `region`"
        )),
    }
}

/// Fails if it is certain that there are none. If a service cannot be asked now, it may answer later.
async fn check_credentials(config: &SdkConfig) -> Result<(), String> {
    let Some(provider) = config.credentials_provider() else {
        return Err(no_credentials());
    };
    match timeout(MAX_WAIT, provider.provide_credentials()).await {
        Ok(Err(CredentialsError::CredentialsNotLoaded(_))) => Err(no_credentials()),
        Ok(Err(error @ CredentialsError::InvalidConfiguration(_))) => Err(format!(
            "{}; correct the configuration of the AWS CLI, or log in again",
            with_causes(&error)
        )),
        _ => Ok(()),
    }
}

fn no_credentials() -> String {
    let profile = env::var("AWS_PROFILE").map(|profile| format!(" of the profile `{profile}`"));
    format!(
        "there are no AWS credentials{}; log in as for the AWS CLI (`aws sso login`, `aws configure`), or set \
         AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        profile.unwrap_or_default()
    )
}
