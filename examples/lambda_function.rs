//! A deployed Lambda function guards an axum app, and then breaks down.
//!
//! The function is `examples/functions/pets_authorizer.rs`, which does not use this crate. A fake of the Lambda APIs
//! replaces AWS. The real SDK talks to the fake, and the fake starts the function as Lambda would. Start everything. The
//! program prints the later lines when it receives the requests below:
//!
//! ```console
//! $ cargo run --example lambda_function
//! listening on http://127.0.0.1:3000
//! UNAUTHORIZED: the authorizer returned `Unauthorized`
//! ACCESS_DENIED: the policy's `Statement[0]` denies `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`
//! AUTHORIZER_CONFIGURATION_ERROR: the authorizer failed: the function failed: RequestId: 52fdfc07-2182-454f-963f-5f0f9a621d72 Error: fork/exec /var/task/bootstrap: no such file or directory (Runtime.InvalidEntrypoint)
//! ```
//!
//! The function is invoked once for each token; then its result is cached:
//!
//! ```console
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! user-1 of acme sees a cat and a dog
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! user-1 of acme sees a cat and a dog
//! $ curl -H 'Authorization: who?' http://127.0.0.1:3000/pets
//! {"message":"Unauthorized"}
//! $ curl http://127.0.0.1:3000/invocations
//! 2
//! ```
//!
//! When the function is down, a caller whose result is cached still passes. A new caller gets a 500 without a reason. The
//! reason is in the output of the server, above.
//!
//! ```console
//! $ curl -H 'Authorization: deny' http://127.0.0.1:3000/pets
//! {"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}
//! $ curl -X POST http://127.0.0.1:3000/break-down
//! the function is down
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! user-1 of acme sees a cat and a dog
//! $ curl -H 'Authorization: somebody else' http://127.0.0.1:3000/pets
//! {"message":null}
//! ```

use std::{error::Error, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, Denial, LambdaAuthorizerLayer,
    lambda::{LambdaFunction, SdkInvoke},
};

#[path = "support/address.rs"]
mod address;
#[path = "../tests/support/lambda/mod.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod fake_lambda;

use fake_lambda::{Deployment, FakeLambda, programs::example};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let deployment = Deployment::new(example("pets_authorizer"));
    let lambda = Arc::new(FakeLambda::start([("pets-authorizer", deployment)]).await);

    // On AWS, use `aws_sdk_lambda::Client::new(&aws_config::load_from_env().await)`.
    let client = lambda.client();
    let invoke = SdkInvoke::new(client, "pets-authorizer")?.timeout(Duration::from_secs(5))?;
    let layer = LambdaAuthorizerLayer::token(LambdaFunction::new(invoke))
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .on_denial(print_why);

    let app = Router::new()
        .route("/pets", get(pets))
        .route_layer(layer)
        .route("/invocations", get(invocations))
        .route("/break-down", post(break_down))
        .with_state(lambda);
    Ok(axum::serve(address::listen().await?, app).await?)
}

async fn pets(caller: AuthorizerContext) -> String {
    let user = caller.principal_id().unwrap_or("somebody");
    let tenant = caller.get("tenant").unwrap_or("nowhere");
    format!("{user} of {tenant} sees a cat and a dog\n")
}

async fn invocations(State(lambda): State<Arc<FakeLambda>>) -> String {
    format!("{}\n", lambda.function("pets-authorizer").invocations())
}

async fn break_down(State(lambda): State<Arc<FakeLambda>>) -> &'static str {
    lambda.function("pets-authorizer").break_down();
    "the function is down\n"
}

fn print_why(denial: &Denial) {
    println!("{}: {denial}", denial.response_type());
}
