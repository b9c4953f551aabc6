//! A live page for development: each decision of [`tower-lambda-authorizer`](tower_lambda_authorizer)'s layers as it
//! happens, and why.
//!
//! See it with two commands, in a clone of the repository:
//!
//! ```console
//! $ cargo run --example console
//! listening on http://127.0.0.1:3000/_authorizer
//! $ curl http://127.0.0.1:3000/pets
//! {"message":"Unauthorized"}
//! ```
//!
//! In your application, watch each layer, mount the router, and serve with the address of the peer:
//!
//! ```
//! use std::net::SocketAddr;
//!
//! use axum::{Router, routing::get};
//! use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
//! use tower_lambda_authorizer_console::Console;
//!
//! let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
//!     Ok(AuthorizerResponse::allow(request.method_arn()))
//! }));
//!
//! let console = Console::new();
//! let app: Router = Router::new()
//!     .route("/pets", get("a cat and a dog"))
//!     .route_layer(console.watch("pets", layer))
//!     .nest_service("/_authorizer", console.router());
//! let service = app.into_make_service_with_connect_info::<SocketAddr>();
//! # let _ = service;
//! ```
//!
//! # Who may see the page
//!
//! The page is for the developer at this machine. Nothing is served unless the application mounts the router, so leave
//! it out of release builds, for example with a feature of your own. Beyond that, the console refuses a request
//!
//! - whose peer is not on the loopback address, or that came through a proxy, unless the
//!   [application lets it in](ConsoleBuilder::peers);
//! - whose `Host` is not local and not [named](ConsoleBuilder::hosts), so that no web site can reach the page by pointing
//!   its own name here (DNS rebinding);
//! - that comes from another web site, according to its `Origin` and `Sec-Fetch-Site`.
//!
//! A proxy is recognised by HTTP/1.0 and by headers such as `X-Forwarded-For`. A proxy on this machine that adds none
//! of them and sends a local `Host`, such as a tunnel, makes the page public. Do not let it forward the console's path.
//!
//! # What the page never gets
//!
//! Values of headers and of query parameters are never kept. Credentials of a request are masked wherever the policy,
//! the context, the authorizer's message or the gateway response repeats them, see
//! [`Decision::mask`](tower_lambda_authorizer::observing::Decision::mask). Values of the context are masked, too, if
//! their names say that they are secret, and also in JSON. The path is shown as it is.
//!
//! # What it costs
//!
//! The console keeps the last 200 decisions, each with at most 64 KiB. It computes the explanation of at most 200
//! decisions a second, and uses at most a fifth of one core for that. Of further decisions it keeps only one line, and
//! the page says so. The statements of a policy with more than 1,000 entries are not explained. A request never waits
//! for a page.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )
)]

mod access;
mod assets;
mod body;
mod bounded;
mod budget;
mod builder;
mod configuration;
mod console;
mod error;
mod events;
mod exact;
mod grid;
mod headers;
mod long_policy;
mod masking;
mod policy_editor;
mod possible_values;
mod record;
mod recorder;
mod reproduce;
mod ring;
mod router;
mod shared;
mod shortened;
mod stage;
mod story;
mod summary;
mod try_request;
mod unknown_keys;
mod watched;

pub use self::{builder::ConsoleBuilder, console::Console, error::ConsoleError};

/// The README's snippets are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
