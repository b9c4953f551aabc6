//! No credential gets into a line, wherever a request has it.

use http::{Request, request::Builder};
use tower_lambda_authorizer::{LambdaAuthorizerLayer, observing::AccessLog};

use super::{arranged, authorizer, layer, lines};

const SECRET: &str = "s3cret-0f-the-test";

/// All variables that a request or a decision gives a value.
const ALL: &str = "$context.requestId $context.extendedRequestId $context.requestTime $context.requestTimeEpoch \
    $context.httpMethod $context.path $context.protocol $context.domainName $context.domainPrefix \
    $context.resourcePath $context.routeKey $context.identity.sourceIp $context.identity.userAgent \
    $context.identity.apiKey $context.accountId $context.apiId $context.stage $context.authorizer.principalId \
    $context.authorizer.latency $context.authorizer.status $context.authorizer.error $context.authorize.error \
    $context.authorize.status $context.error.message $context.error.messageString $context.error.responseType \
    $context.status $context.connectionId $context.connectedAt";

fn places() -> [(&'static str, Builder); 9] {
    let get = || Request::get("/pets/7");
    [
        (
            "method.request.header.Authorization",
            get().header("authorization", SECRET),
        ),
        (
            "method.request.header.Authorization",
            get().header("authorization", format!("Bearer {SECRET}")),
        ),
        (
            "method.request.header.X-Api-Key",
            get().header("x-api-key", SECRET),
        ),
        (
            "method.request.header.Cookie",
            get().header("cookie", format!("session={SECRET}")),
        ),
        (
            "method.request.querystring.token",
            Request::get(format!("/pets/7?token={SECRET}")),
        ),
        (
            "method.request.header.User-Agent",
            get().header("user-agent", SECRET),
        ),
        (
            "context.identity.userAgent",
            get().header("user-agent", SECRET),
        ),
        (
            "method.request.header.Proxy-Authorization",
            get().header("proxy-authorization", SECRET),
        ),
        (
            "context.httpMethod",
            Request::get(format!("http://user:{SECRET}@pets.example/pets/7")),
        ),
    ]
}

/// The authorizer repeats the credential in its message.
#[tokio::test]
async fn credentials_are_in_no_line() {
    for (source, request) in places() {
        let layer = LambdaAuthorizerLayer::request(authorizer(), [source]).unwrap();
        let layer = arranged(layer);
        let log = AccessLog::clf(ALL).unwrap();
        let lines = lines(layer, log, vec![request]).await;
        assert_eq!(lines.len(), 1);
        assert!(!lines[0].contains(SECRET), "{source}: {}", lines[0]);
    }
}

/// Another layer's credential is none of the log's business either.
#[tokio::test]
async fn credentials_that_are_not_asked_for_are_in_no_line() {
    for (place, request) in places() {
        if place.to_lowercase().replace('-', "").ends_with("useragent") {
            continue;
        }
        let mut request = request;
        request
            .headers_mut()
            .unwrap()
            .entry("authorization")
            .or_insert("good".try_into().unwrap());
        let log = AccessLog::clf(ALL).unwrap();
        let lines = lines(layer(), log, vec![request]).await;
        assert!(!lines[0].contains(SECRET), "{place}: {}", lines[0]);
    }
}
