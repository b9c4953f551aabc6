//! An authorizer function that does what the token tells it, including failures.

use std::time::Duration;

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequest;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}

async fn handler(
    event: LambdaEvent<ApiGatewayCustomAuthorizerRequest>,
) -> Result<Value, Diagnostic> {
    let token = event.payload.authorization_token.unwrap_or_default();
    let method_arn = event.payload.method_arn.unwrap_or_default();
    let (order, rest) = token.split_once(' ').unwrap_or((&token, ""));
    match order {
        "allow" => Ok(answer("Allow", &method_arn)),
        "deny" => Ok(answer("Deny", &method_arn)),
        "fail" => Err(Diagnostic {
            error_type: "Error".into(),
            error_message: rest.into(),
        }),
        "trace" => Err(Diagnostic {
            error_type: "Trace".into(),
            error_message: event.context.xray_trace_id.unwrap_or_default(),
        }),
        "panic" => panic!("as told"),
        "exit" => std::process::exit(3),
        "sleep" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(answer("Allow", &method_arn))
        }
        "large" => Ok(json!("x".repeat(7_000_000))),
        // A careless JSON library would read this as a valid response.
        "return" => Ok(serde_json::from_str(rest).unwrap_or_default()),
        _ => Ok(Value::Null),
    }
}

fn answer(effect: &str, method_arn: &str) -> Value {
    json!({
        "principalId": "user-1",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": method_arn}],
        },
        "context": {"tenant": "acme", "level": 3},
    })
}
