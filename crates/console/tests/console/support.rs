//! An app with a console, and a client that can send anything.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::ConnectInfo, routing::get};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    policy::{Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

/// A running app, with a console at `/_authorizer`.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    /// The same app, without a connection.
    pub(crate) app: Router,
    /// How often the handlers were called.
    pub(crate) reached: Arc<AtomicUsize>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Pets, guarded by [`keeper`].
pub(crate) async fn pets() -> Served {
    let console = Console::new();
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| keeper(&request)));
    let reached = Arc::new(AtomicUsize::new(0));
    let routes = pet_routes(&reached).route_layer(console.watch("pets", layer));
    serve(&console, routes, reached).await
}

pub(crate) fn pet_routes(reached: &Arc<AtomicUsize>) -> Router {
    let count = |reached: &Arc<AtomicUsize>| {
        let reached = Arc::clone(reached);
        move || async move {
            reached.fetch_add(1, Ordering::Relaxed);
            "a cat and a dog"
        }
    };
    Router::new()
        .route("/pets", get(count(reached)))
        .route("/pets/{pet_id}", get(count(reached)).delete(count(reached)))
}

/// A keeper may read everything and delete nothing. A visitor may see the list.
pub(crate) fn keeper(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let statement = |effect, end: &str| {
        let arn = format!("arn:aws:execute-api:*:*:*/*/{end}");
        Statement::invoke(effect, [arn])
    };
    let (name, policy) = match request.token() {
        Some("keeper") => (
            "ann",
            PolicyDocument::new([
                statement(Effect::Allow, "*/pets*"),
                statement(Effect::Deny, "DELETE/*").with_sid("NobodyDeletes"),
            ]),
        ),
        Some("visitor") => (
            "vic",
            PolicyDocument::new([statement(Effect::Allow, "GET/pets")]),
        ),
        Some("broken") => return Err(AuthorizerError::new("the directory is down")),
        _ => return Err(AuthorizerError::unauthorized()),
    };
    let response = AuthorizerResponse::policy(policy).with_principal_id(name);
    Ok(response.with_context("plan", "gold"))
}

pub(crate) async fn serve(console: &Console, routes: Router, reached: Arc<AtomicUsize>) -> Served {
    let app = routes.nest_service("/_authorizer", console.router());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Served {
        address,
        app,
        reached,
    }
}

impl Served {
    /// A request to the app, with the app's host.
    pub(crate) fn request(&self, method: &str, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(path);
        request.header("host", self.address.to_string())
    }

    /// Sends a request over a connection of its own, as it is.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let response = self.connect().await.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub(crate) async fn connect(&self) -> SendRequest<Full<Bytes>> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        sender
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Full::default());
        self.send(request.unwrap()).await
    }

    /// Asks the console, as its page does.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self
            .request(method, &format!("/_authorizer/{path}"))
            .header("content-type", "application/json")
            .header("x-authorizer-console", "1");
        let body = Full::from(body.to_string());
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn console(&self, path: &str) -> Value {
        let answer = self.get(&format!("/_authorizer/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// Sends a request to the app's own routes, without a connection.
    pub(crate) async fn visit(&self, method: &str, path: &str, token: &str) -> StatusCode {
        self.visit_with(visitor(method, path, token)).await
    }

    /// Does so until the decision has a story, and returns that. On a busy machine, the console has no time for each.
    pub(crate) async fn story_of(&self, method: &str, path: &str, token: &str) -> Value {
        self.story_of_any(|| visitor(method, path, token)).await
    }

    pub(crate) async fn story_of_any(&self, request: impl Fn() -> Request<Body>) -> Value {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            self.visit_with(request()).await;
            if self.console("decisions").await["decisions"][0]["hasStory"] == true {
                return self.last_story().await;
            }
            assert!(Instant::now() < deadline, "there is no story");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn visit_with(&self, mut request: Request<Body>) -> StatusCode {
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
        request.extensions_mut().insert(peer);
        let response: Result<_, Infallible> = self.app.clone().oneshot(request).await;
        response.unwrap().status()
    }

    /// The newest decision's story, which the first decision has.
    pub(crate) async fn last_story(&self) -> Value {
        let list = self.console("decisions").await;
        let id = list["decisions"][0]["id"].as_u64().unwrap();
        self.console(&format!("decisions/{id}")).await
    }

    /// Opens the stream of events.
    pub(crate) async fn listen(&self) -> Listener {
        let request = self.request("GET", "/_authorizer/events");
        let request = request.body(Full::default()).unwrap();
        let mut sender = self.connect().await;
        let response = sender.send_request(request).await.unwrap();
        Listener {
            status: response.status(),
            body: response.into_body(),
            text: String::new(),
            _sender: sender,
        }
    }
}

pub(crate) struct Listener {
    pub(crate) status: StatusCode,
    body: Incoming,
    text: String,
    _sender: SendRequest<Full<Bytes>>,
}

impl Listener {
    /// The next event: its name and its data.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (name, data) = event.split_once('\n').unwrap();
                let name = name.strip_prefix("event: ").unwrap().to_owned();
                let data = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
                self.text = rest.to_owned();
                return (name, data);
            }
            let frame = self.body.frame().await.unwrap().unwrap();
            let bytes = frame.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

fn visitor(method: &str, path: &str, token: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = match token {
        "" => request,
        token => request.header("authorization", token),
    };
    request.body(Body::empty()).unwrap()
}
