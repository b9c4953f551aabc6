//! `lambda_handler`: handlers written for `lambda_runtime` run in this process.

mod event;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_lambda_events::{
    apigw::{
        ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
        ApiGatewayCustomAuthorizerResponse, ApiGatewayV2CustomAuthorizerV1Request,
        ApiGatewayV2CustomAuthorizerV2Request,
    },
    iam::{IamPolicyEffect, IamPolicyStatement},
};
use axum::body::Body;
use http::{Request, StatusCode};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Value, json, value::RawValue};
use tower::ServiceExt;
use tower_lambda_authorizer::{
    Api, Authorizer, Denial, LambdaAuthorizerLayer, PayloadFormatVersion, lambda::lambda_handler,
};

use crate::pets;

/// The status and the reason for a request with this token.
async fn ask(authorizer: impl Authorizer, token: &str) -> (StatusCode, String) {
    let api = Api::new("eu-west-1", "123456789012", "a1b2", "prod").unwrap();
    let layer = LambdaAuthorizerLayer::token(authorizer).api(api);
    let answer = pets::get_pets(pets::guarded(layer), token).await;
    (answer.status, answer.why)
}

type TokenEvent = LambdaEvent<ApiGatewayCustomAuthorizerRequest>;

fn allow(event: &TokenEvent) -> ApiGatewayCustomAuthorizerResponse {
    let mut statement = IamPolicyStatement::default();
    statement.action = vec!["execute-api:Invoke".into()];
    statement.effect = IamPolicyEffect::Allow;
    statement.resource = event.payload.method_arn.clone().into_iter().collect();
    let mut response = ApiGatewayCustomAuthorizerResponse::default();
    response.principal_id = event.payload.authorization_token.clone();
    response.policy_document.version = Some("2012-10-17".into());
    response.policy_document.statement = vec![statement];
    response
}

#[tokio::test]
async fn a_handler_with_the_types_of_aws_lambda_events_decides() {
    async fn handler(event: TokenEvent) -> Result<ApiGatewayCustomAuthorizerResponse, Error> {
        match event.payload.authorization_token.as_deref() {
            Some("allow") => Ok(allow(&event)),
            Some("silent") => {
                let mut response = allow(&event);
                response.policy_document.statement.clear();
                Ok(response)
            }
            Some("default") => Ok(ApiGatewayCustomAuthorizerResponse::default()),
            Some("broken") => Err("the database is down".into()),
            _ => Err("Unauthorized".into()),
        }
    }
    assert_eq!(
        ask(lambda_handler(handler), "allow").await.0,
        StatusCode::OK
    );
    assert_eq!(
        ask(lambda_handler(handler), "silent").await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        ask(lambda_handler(handler), "who?").await,
        (
            StatusCode::UNAUTHORIZED,
            "the authorizer returned `Unauthorized`".into()
        )
    );
    let (status, why) = ask(lambda_handler(handler), "default").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        why.contains("`policyDocument.Version`: invalid type: null"),
        "{why}"
    );
    let (status, why) = ask(lambda_handler(handler), "broken").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        why.contains("the function failed: the database is down ("),
        "{why}"
    );
}

/// An error type of an application.
struct Refused(&'static str);

impl From<Refused> for Diagnostic {
    fn from(refused: Refused) -> Self {
        Self {
            error_type: "Refused".into(),
            error_message: refused.0.into(),
        }
    }
}

#[tokio::test]
async fn every_error_type_of_the_runtime_is_accepted() {
    let refuse = |text: &'static str| {
        lambda_handler(move |_: LambdaEvent<Value>| async move { Err::<Value, _>(Refused(text)) })
    };
    assert_eq!(
        ask(refuse("Unauthorized"), "x").await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, why) = ask(refuse("Unauthorized."), "x").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        why.contains("the function failed: Unauthorized. (Refused)"),
        "{why}"
    );

    let text =
        lambda_handler(async |_: LambdaEvent<Value>| Err::<(), _>("Unauthorized".to_owned()));
    assert_eq!(ask(text, "x").await.0, StatusCode::UNAUTHORIZED);
    let io = lambda_handler(async |_: LambdaEvent<Value>| {
        Err::<(), _>(std::io::Error::other("Unauthorized"))
    });
    assert_eq!(ask(io, "x").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_panic_is_a_500() {
    let handler = lambda_handler(async |event: LambdaEvent<Value>| {
        assert!(event.payload.is_null(), "an intended panic");
        Ok::<_, Error>(())
    });
    let (status, why) = ask(handler, "x").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(why.contains("an intended panic"), "{why}");
}

#[tokio::test]
async fn the_response_is_read_strictly() {
    let answer = |text: &'static str| {
        lambda_handler(move |_: LambdaEvent<Value>| async move {
            Ok::<_, Error>(RawValue::from_string(text.to_owned())?)
        })
    };
    let good =
        r#"{"policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}}"#;
    assert_eq!(ask(answer(good), "x").await.0, StatusCode::OK);
    for (text, expected) in [
        (
            r#"{"policyDocument":{"Statement":[{"Action":"*","Resource":"*"}]}}"#,
            "missing field `Effect`",
        ),
        (
            r#"{"policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","condition":{}}]}}"#,
            "condition",
        ),
        ("null", "null"),
        (r#"{"isAuthorized":true}"#, "no `policyDocument`"),
    ] {
        let (status, why) = ask(answer(text), "x").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{text}");
        assert!(why.contains(expected), "{why}");
    }
    // Some functions return an error instead of failing.
    let returned = answer(r#"{"errorMessage":"Unauthorized"}"#);
    assert_eq!(ask(returned, "x").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_response_that_cannot_be_serialized_is_a_500() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no way"))
        }
    }
    let handler = lambda_handler(async |_: LambdaEvent<Value>| Ok::<_, Error>(Unwritable));
    let (status, why) = ask(handler, "x").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(why.contains("no way"), "{why}");
}

#[tokio::test]
async fn each_call_has_its_own_context() {
    let seen = Arc::new(Mutex::new(Vec::<Context>::new()));
    let note = |seen: &Arc<Mutex<Vec<Context>>>| {
        let seen = Arc::clone(seen);
        lambda_handler(move |event: LambdaEvent<Value>| {
            seen.lock().unwrap().push(event.context);
            async { Err::<(), _>("Unauthorized") }
        })
    };
    let mut own = Context::default();
    own.invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pets".into();
    own.request_id = "the same for all".into();
    let before = SystemTime::now();
    ask(note(&seen), "x").await;
    ask(
        note(&seen)
            .context(own)
            .timeout(Duration::from_secs(3))
            .unwrap(),
        "x",
    )
    .await;

    let [first, second] =
        <[Context; 2]>::try_from(std::mem::take(&mut *seen.lock().unwrap())).unwrap();
    assert_eq!(first.request_id.len(), 36);
    assert_ne!(first.request_id, second.request_id);
    assert_eq!(
        first.invoked_function_arn,
        "arn:aws:lambda:eu-west-1:123456789012:function:placeholder"
    );
    assert_eq!(
        second.invoked_function_arn,
        "arn:aws:lambda:eu-west-1:123456789012:function:pets"
    );
    let after = |context: &Context| context.deadline().duration_since(before).unwrap();
    let minute = Duration::from_secs(60);
    // The deadline has a resolution of milliseconds.
    assert!((Duration::from_millis(28_999)..minute).contains(&after(&first)));
    assert!((Duration::from_millis(2_999)..Duration::from_secs(29)).contains(&after(&second)));
}

#[test]
fn debug_shows_only_the_handler() {
    async fn my_handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        Ok(())
    }
    let shown = format!("{:?}", lambda_handler(my_handler));
    assert!(
        shown.starts_with("LambdaHandler(") && shown.contains("my_handler"),
        "{shown}"
    );
}
