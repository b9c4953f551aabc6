//! Lambda's Invoke API, with the function of a case.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Runtime};

use super::answers::{Invoked, Script};

pub(super) struct Stub {
    pub(super) address: SocketAddr,
    function: Arc<Function>,
    runtime: Option<Runtime>,
}

struct Function {
    script: Script,
    events: Mutex<Vec<Value>>,
}

impl Stub {
    pub(super) fn start(script: Script) -> Self {
        let function = Arc::new(Function {
            script,
            events: Mutex::default(),
        });
        let app = Router::new()
            .route("/2015-03-31/functions/{name}/invocations", post(invoke))
            .with_state(Arc::clone(&function));
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self {
            address,
            function,
            runtime: Some(runtime),
        }
    }

    pub(super) fn events(&self) -> Vec<Value> {
        self.function.events.lock().unwrap().clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

async fn invoke(State(function): State<Arc<Function>>, Json(event): Json<Value>) -> Response {
    let answer = function.script.invoke(&event);
    function.events.lock().unwrap().push(event);
    match answer {
        Invoked::Returned(text) => text.into_response(),
        Invoked::Failed(error) => {
            ([("x-amz-function-error", "Unhandled")], Json(error)).into_response()
        }
    }
}
