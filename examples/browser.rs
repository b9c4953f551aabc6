//! A page and an API on different origins, and what the page's script can read of a 401.
//!
//! Start the servers and open the first address in a browser:
//!
//! ```console
//! $ cargo run --example browser
//! listening on http://127.0.0.1:3000
//! the API is at http://127.0.0.1:3001
//! ```
//!
//! The page calls the API three times and shows what it could read. Set `WITHOUT_CORS=1` in the environment to see
//! the difference: without CORS headers the browser hides both rejections from the script, which only sees
//! `TypeError: Failed to fetch`.
//!
//! The header `access-control-allow-origin` makes the difference. Other origins do not get it:
//!
//! ```console
//! $ curl -i -H 'Origin: http://127.0.0.1:3000' http://127.0.0.1:3001/pets
//! HTTP/1.1 401 Unauthorized
//! content-type: application/json
//! content-length: 26
//! x-amzn-requestid: 7d1a1c0e-6b7e-4c0c-9d3b-0d0b8f6c2a55
//! x-amzn-errortype: UnauthorizedException
//! x-amz-apigw-id: EOQIXGWCoAMEilA=
//! vary: Origin
//! access-control-allow-origin: http://127.0.0.1:3000
//! access-control-expose-headers: x-amzn-RequestId, x-amzn-ErrorType, x-amz-apigw-id, apigw-requestid, WWW-Authenticate, Retry-After
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! {"message":"Unauthorized"}
//! $ curl -si -H 'Origin: https://elsewhere.example' http://127.0.0.1:3001/pets | grep -ci access-control
//! 0
//! ```
//!
//! Before a browser sends a token to another origin, it asks for permission with a *preflight*. The preflight has no
//! token, so it must not need the authorizer. The layer lets it pass, and the API responds to it:
//!
//! ```console
//! $ curl -i -X OPTIONS -H 'Origin: http://127.0.0.1:3000' -H 'Access-Control-Request-Method: GET' -H 'Access-Control-Request-Headers: authorization' http://127.0.0.1:3001/pets
//! HTTP/1.1 204 No Content
//! access-control-allow-headers: authorization
//! access-control-allow-origin: http://127.0.0.1:3000
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! $ curl -H 'Origin: http://127.0.0.1:3000' -H 'Authorization: deny' http://127.0.0.1:3001/pets
//! {"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}
//! $ curl -H 'Origin: http://127.0.0.1:3000' -H 'Authorization: allow' http://127.0.0.1:3001/pets
//! a cat and a dog
//! ```
//!
//! If an application has its own CORS layer around everything, such as tower-http's, it needs none of this. That layer
//! responds to preflights, and adds its headers to all responses, including gateway responses.

use std::{env, error::Error, net::SocketAddr};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    middleware::map_response_with_state,
    response::{Html, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    gateway_responses::{Cors, GatewayResponses},
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let page_listener = address::listen().await?;
    let page_address = page_listener.local_addr()?;
    let api_listener = TcpListener::bind(next_to(page_address)?).await?;
    let page_origin = format!("http://{page_address}");
    let api_origin = format!("http://{}", api_listener.local_addr()?);
    println!("the API is at {api_origin}");

    let with_cors = env::var_os("WITHOUT_CORS").is_none();
    let gateway_responses = if with_cors {
        GatewayResponses::default().cors(Cors::origins([&page_origin])?)
    } else {
        GatewayResponses::default()
    };
    let page = page(&api_origin, with_cors);
    let api = api(gateway_responses, page_origin.parse()?);
    tokio::try_join!(
        axum::serve(page_listener, page).into_future(),
        axum::serve(api_listener, api).into_future(),
    )?;
    Ok(())
}

/// The port after the page's. If the page's port was chosen by the system, this one is, too.
fn next_to(page: SocketAddr) -> Result<SocketAddr, Box<dyn Error>> {
    let asked_for: SocketAddr = address::address().parse()?;
    let port = match asked_for.port() {
        0 => 0,
        port => port
            .checked_add(1)
            .ok_or("there is no port after the page's port")?,
    };
    Ok(SocketAddr::new(page.ip(), port))
}

fn page(api_origin: &str, with_cors: bool) -> Router {
    let cors = if with_cors { "with" } else { "without" };
    let page = include_str!("browser/page.html")
        .replace("{api}", api_origin)
        .replace("{cors}", cors);
    Router::new().route("/", get(async || Html(page)))
}

fn api(gateway_responses: GatewayResponses, page_origin: HeaderValue) -> Router {
    let authorizer = authorizer_fn(|request| async move {
        match request.token() {
            Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())),
            Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
            _ => Err(AuthorizerError::unauthorized()),
        }
    });
    let authorizer_layer = LambdaAuthorizerLayer::token(authorizer)
        .gateway_responses(gateway_responses)
        .exempt_preflights();

    let preflight = async || {
        let allowed = [(header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization")];
        (StatusCode::NO_CONTENT, allowed)
    };
    Router::new()
        .route("/pets", get("a cat and a dog\n").options(preflight))
        .route_layer(map_response_with_state(page_origin, let_the_page_read))
        .route_layer(authorizer_layer)
}

/// Adds the CORS header to the API's own responses. Gateway responses are created outside of this layer, and have their
/// own header.
async fn let_the_page_read(
    State(page_origin): State<HeaderValue>,
    mut response: Response,
) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, page_origin);
    response
}
