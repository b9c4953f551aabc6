//! The event that a handler receives.

use super::*;

#[tokio::test]
async fn the_event_is_the_one_of_api_gateway() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    let handler = lambda_handler(move |event: LambdaEvent<Value>| {
        note.lock().unwrap().push(event.payload);
        async { Err::<(), _>("Unauthorized") }
    });
    ask(handler, "Bearer x").await;
    assert_eq!(
        *seen.lock().unwrap(),
        [json!({
            "type": "TOKEN",
            "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets",
            "authorizationToken": "Bearer x",
        })]
    );
}

/// The five event types of `aws_lambda_events`, each with the API that sends it.
#[tokio::test]
async fn a_handler_of_each_event_type_decides() {
    fn allow<T: Send>(arn: fn(T) -> Option<String>) -> impl Fn(LambdaEvent<T>) -> Ready {
        move |event| {
            let resource = arn(event.payload);
            ready(Ok(json!({
                "principalId": "user-1",
                "policyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}],
                },
            })))
        }
    }
    type Ready = std::future::Ready<Result<Value, Error>>;
    use std::future::ready;

    let token = allow::<ApiGatewayCustomAuthorizerRequest>(|event| event.method_arn);
    assert_passes(LambdaAuthorizerLayer::token(lambda_handler(token))).await;
    let request = allow::<ApiGatewayCustomAuthorizerRequestTypeRequest>(|event| event.method_arn);
    let source = "method.request.header.Authorization";
    assert_passes(LambdaAuthorizerLayer::request(lambda_handler(request), source).unwrap()).await;
    let v1 = allow::<ApiGatewayV2CustomAuthorizerV1Request>(|event| event.method_arn);
    let v1 = LambdaAuthorizerLayer::http_api(lambda_handler(v1));
    assert_passes(v1.payload_format_version(PayloadFormatVersion::V1).unwrap()).await;
    let v2 = allow::<ApiGatewayV2CustomAuthorizerV2Request>(|event| event.route_arn);
    assert_passes(LambdaAuthorizerLayer::http_api(lambda_handler(v2))).await;
    let connect = allow::<ApiGatewayCustomAuthorizerRequestTypeRequest>(|event| event.method_arn);
    let connect = LambdaAuthorizerLayer::websocket_api(lambda_handler(connect));
    assert_passes(connect).await;
}

async fn assert_passes(layer: LambdaAuthorizerLayer<impl Authorizer>) {
    let answer = pets::get_pets(pets::guarded(layer), "x").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn an_event_of_another_type_is_a_500_without_the_token() {
    #[derive(Deserialize)]
    struct Other {
        #[serde(rename = "authorizationToken")]
        token: u32,
    }
    let handler = lambda_handler(async |event: LambdaEvent<Other>| {
        Ok::<_, Error>(json!({"token": event.payload.token}))
    });
    let (status, why) = ask(handler, "a-secret").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        why.contains("`authorizationToken`: invalid type: string, expected u32"),
        "{why}"
    );
    assert!(!why.contains("a-secret"), "{why}");
}

#[tokio::test]
async fn an_event_that_a_custom_type_refuses_is_a_500_without_the_token() {
    #[derive(Deserialize)]
    enum Scheme {
        Bearer,
    }
    #[derive(Deserialize)]
    struct Enumerated {
        #[serde(rename = "authorizationToken")]
        scheme: Scheme,
    }
    let enumerated = lambda_handler(async |event: LambdaEvent<Enumerated>| {
        let Scheme::Bearer = event.payload.scheme;
        Ok::<_, Error>(())
    });
    #[derive(Deserialize)]
    struct Parsed {
        #[serde(rename = "authorizationToken", deserialize_with = "refuse")]
        token: u32,
    }
    fn refuse<'de, D: Deserializer<'de>>(token: D) -> Result<u32, D::Error> {
        let token = String::deserialize(token)?;
        Err(D::Error::custom(format!("`{token}` is no token")))
    }
    let parsed = lambda_handler(async |event: LambdaEvent<Parsed>| {
        Ok::<_, Error>(json!(event.payload.token))
    });
    for (status, why) in [
        ask(enumerated, "SECRETTOKEN").await,
        ask(parsed, "SECRETTOKEN").await,
    ] {
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            why.contains("cannot be read as") && why.contains("`authorizationToken` does not fit"),
            "{why}"
        );
        assert!(!why.contains("SECRETTOKEN"), "{why}");
    }
}

#[tokio::test]
async fn a_name_that_the_client_chose_is_escaped_and_cut() {
    #[derive(Deserialize)]
    struct Numbers {
        #[serde(rename = "queryStringParameters")]
        query: HashMap<String, u32>,
    }
    let handler = lambda_handler(async |event: LambdaEvent<Numbers>| {
        Ok::<_, Error>(json!(event.payload.query.len()))
    });
    let source = "method.request.header.Authorization";
    let layer = LambdaAuthorizerLayer::request(handler, source).unwrap();
    let uri = format!("/pets?%0Aa{}=1", "x".repeat(5_000));
    let request = Request::get(uri).header("authorization", "x");
    let response = pets::guarded(layer).oneshot(request.body(Body::empty()).unwrap());
    let why = response.await.unwrap();
    let why = why.extensions().get::<Denial>().unwrap().to_string();
    assert!(
        why.contains(r"`queryStringParameters.\naxx")
            && why.contains("invalid type: string, expected u32"),
        "{why}"
    );
    assert!(!why.contains('\n') && why.len() < 1_000, "{why}");
}
