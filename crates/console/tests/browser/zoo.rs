//! The app of the tests: a zoo, and a shop whose whole API is guarded.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use axum::{Router, routing::any};
use tower_lambda_authorizer::{
    Api, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
    ManualClock, authorizer_fn,
    openapi::ApiDefinition,
    policy::{Effect, PolicyDocument, Statement},
};
use tower_lambda_authorizer_console::Console;

use crate::{page::Page, server::Server};

/// A running zoo.
pub(crate) struct Zoo {
    pub(crate) server: Server,
    /// The clock of the results of the layer `pets`.
    pub(crate) clock: ManualClock,
    calls: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
}

impl Zoo {
    pub(crate) fn open() -> Self {
        Self::open_at(([127, 0, 0, 1], 0).into())
    }

    /// At an address that another zoo may just have left.
    pub(crate) fn open_at(address: SocketAddr) -> Self {
        Self::start(address, |app| app)
    }

    /// With a layer around the whole app.
    pub(crate) fn open_with(around: impl FnOnce(Router) -> Router) -> Self {
        Self::start(([127, 0, 0, 1], 0).into(), around)
    }

    fn start(address: SocketAddr, around: impl FnOnce(Router) -> Router) -> Self {
        let clock = ManualClock::new(SystemTime::now());
        let (calls, served) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let app = app(&clock, &calls, &served);
        Self {
            server: Server::start_at(address, around(app)),
            clock,
            calls,
            served,
        }
    }

    /// How often the authorizer of `pets` was called.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// How often the service was called.
    pub(crate) fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

fn app(clock: &ManualClock, calls: &Arc<AtomicUsize>, served: &Arc<AtomicUsize>) -> Router {
    let console = Console::new();
    let calls = Arc::clone(calls);
    let authorizer = authorizer_fn(move |request: AuthorizerRequest| {
        calls.fetch_add(1, Ordering::SeqCst);
        async move { keeper(&request) }
    });
    let pets = LambdaAuthorizerLayer::token(authorizer)
        .api(api())
        .clock(clock.clock())
        .authorizer_name("keepers");
    let served = Arc::clone(served);
    let service = any(move || async move {
        served.fetch_add(1, Ordering::SeqCst);
        "a cat and a dog\n"
    });
    Router::new()
        .route("/pets", service.clone())
        .route("/pets/{pet_id}", service.clone())
        .route_layer(console.watch("pets", pets))
        .merge(
            Router::new()
                .route("/catalogue", service.clone())
                .route("/orders", service.clone())
                .route("/orders/{order_id}", service)
                .route_layer(console.watch_api("shop", shop()).unwrap()),
        )
        .nest_service("/_authorizer", console.router())
}

pub(crate) fn api() -> Api {
    Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod").unwrap()
}

/// A keeper may read everything, and delete nothing. A visitor may see the list.
fn keeper(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let arn = |end: &str| format!("arn:aws:execute-api:*:*:a1b2c3d4e5/prod/{end}");
    let statement = |effect, end| Statement::invoke(effect, [arn(end)]);
    let (name, policy) = match request.token() {
        Some("keeper") => (
            "ann",
            PolicyDocument::new([
                statement(Effect::Allow, "*/pets*").with_sid("KeepersSeeAll"),
                statement(Effect::Deny, "DELETE/*").with_sid("NobodyDeletes"),
            ]),
        ),
        Some(token @ ("visitor" | "guest" | "newcomer")) => (
            match token {
                "visitor" => "vic",
                "guest" => "gus",
                _ => "nia",
            },
            PolicyDocument::new([
                statement(Effect::Allow, "GET/pets").with_sid("VisitorsSeeTheList")
            ]),
        ),
        Some("broken") => return Err(AuthorizerError::new("the directory does not answer")),
        _ => return Err(AuthorizerError::unauthorized()),
    };
    Ok(AuthorizerResponse::policy(policy)
        .with_principal_id(name)
        .with_context("zoo", "north"))
}

fn shop() -> ApiDefinition {
    let customers = authorizer_fn(async |request: AuthorizerRequest| {
        let response = AuthorizerResponse::allow(request.method_arn());
        Ok(response.with_principal_id("customer-7"))
    });
    let definition = ApiDefinition::from_openapi(SHOP).unwrap().api(api());
    definition.authorizer("customers", customers).unwrap()
}

const SHOP: &str = r#"{
  "openapi": "3.0.1",
  "info": {"title": "shop", "version": "1"},
  "paths": {
    "/catalogue": {"get": {}},
    "/orders": {
      "get": {"security": [{"customers": []}]},
      "post": {"security": [{"customers": []}]}
    },
    "/orders/{orderId}": {
      "get": {"security": [{"customers": []}]},
      "delete": {"security": [{"customers": []}]}
    }
  },
  "components": {"securitySchemes": {"customers": {
    "type": "apiKey", "name": "Authorization", "in": "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "customers"}
  }}}
}"#;

/// Opens the page, and waits until decisions arrive in it.
pub(crate) async fn open_page(page: &Page, server: &Server) {
    page.go(&server.page()).await;
    is_live(page).await;
}

pub(crate) async fn is_live(page: &Page) {
    page.until("document.getElementById('connection')?.dataset.state === 'live'")
        .await;
}
