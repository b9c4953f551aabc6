//! A fake of AWS Lambda on this machine: real function programs, invoked by the real SDK.
//!
//! It has the Invoke API for the SDK and, for each process of a function, the Runtime API for `lambda_runtime` and the
//! runtimes of other languages. The responses follow recordings of the service, except for the texts of 403 and 413.
#![allow(clippy::unwrap_used)]

mod answers;
mod environment;
mod function;
mod invoke_api;
pub(crate) mod programs;
mod runtime_api;

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use aws_sdk_lambda::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) use self::function::{Deployment, Function};

/// Functions and the API to invoke them. Ends all processes when it is dropped.
pub(crate) struct FakeLambda {
    address: SocketAddr,
    functions: Arc<HashMap<String, Arc<Function>>>,
    server: JoinHandle<()>,
}

impl FakeLambda {
    pub(crate) async fn start<const N: usize>(deployments: [(&str, Deployment); N]) -> Self {
        let functions = deployments.map(|(name, deployment)| {
            let function = Function::new(name, deployment);
            (name.to_owned(), Arc::new(function))
        });
        let functions = Arc::new(HashMap::from(functions));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let api = invoke_api::router(Arc::clone(&functions));
        let server = tokio::spawn(async move { axum::serve(listener, api).await.unwrap() });
        Self {
            address,
            functions,
            server,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.url())
    }

    pub(crate) fn function(&self, name: &str) -> &Function {
        self.functions.get(name).expect("it is deployed")
    }
}

impl Drop for FakeLambda {
    fn drop(&mut self) {
        self.server.abort();
        for function in self.functions.values() {
            function.break_down();
        }
    }
}

/// An SDK client for an endpoint on this machine, configured like in an application.
pub(crate) fn client(endpoint: &str) -> Client {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials)
        .endpoint_url(endpoint)
        .http_client(http);
    Client::from_conf(config.build())
}
