//! The error for a response that cannot be read goes where `?` sends it, and keeps its type.

use std::error::Error;

use tower_lambda_authorizer::{
    AnswerProblem, AuthorizerError, AuthorizerErrorKind, AuthorizerResponse, Denial, DenialReason,
    LambdaAuthorizerLayer, OrFailed, OrUnauthorized, authorizer_fn,
};

use super::*;
use crate::empty_service::empty;

const NULL: &str = r#"{"policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":null}]}}"#;
const MISSPELT: &str = r#"{"isAuthorised":true}"#;
const UNAUTHORIZED: &str = r#"{"errorMessage":"Unauthorized"}"#;
const FAILED: &str = r#"{"errorMessage":"the table is locked"}"#;

fn parsed(answer: &str) -> Result<AuthorizerResponse, InvalidResponse> {
    AuthorizerResponse::from_json(answer.as_bytes())
}

#[test]
fn it_says_what_is_wrong_and_where() {
    let null = parsed(NULL).unwrap_err();
    assert_eq!(null.kind(), AuthorizerErrorKind::MalformedResponse);
    assert_eq!(null.place(), Some("policyDocument.Statement[0].Condition"));
    assert!(matches!(
        null.problem(),
        Some(AnswerProblem::NullMember {
            member: "Condition",
            ..
        })
    ));

    let misspelt = parsed(MISSPELT).unwrap_err();
    assert_eq!(misspelt.place(), None);
    assert!(matches!(
        misspelt.problem(),
        Some(AnswerProblem::MisspeltMember { .. })
    ));

    let failed = parsed(FAILED).unwrap_err();
    assert_eq!(failed.kind(), AuthorizerErrorKind::Failed);
    assert_eq!((failed.problem(), failed.place()), (None, None));
    assert_eq!(failed.to_string(), "the table is locked");
}

/// Each way in which an authorizer can convert it.
#[tokio::test]
async fn an_authorizer_gives_the_same_reason_in_every_way() {
    type Way = fn(&str) -> Result<AuthorizerResponse, AuthorizerError>;
    let ways: [(&str, Way); 4] = [
        ("?", |answer| Ok(parsed(answer)?)),
        ("or_failed", |answer| parsed(answer).or_failed()),
        ("boxed", |answer| {
            let boxed = |error: InvalidResponse| AuthorizerError::from_boxed(error.into());
            parsed(answer).map_err(boxed)
        }),
        ("boxed twice", |answer| {
            let boxed = |error: InvalidResponse| -> Box<dyn Error + Send + Sync> {
                AuthorizerError::from(error).into()
            };
            parsed(answer).map_err(boxed).or_failed()
        }),
    ];
    for (way, convert) in ways {
        for answer in [NULL, MISSPELT, UNAUTHORIZED, FAILED] {
            let invalid = parsed(answer).unwrap_err();
            let denial = refusal(move || convert(answer)).await;
            match (denial.reason(), invalid.kind()) {
                (
                    DenialReason::MalformedResponse { kind, problem, .. },
                    AuthorizerErrorKind::MalformedResponse,
                ) => {
                    assert_eq!(Some(*kind), invalid.problem(), "{way}: {answer}");
                    assert_eq!(*problem, invalid.to_string(), "{way}: {answer}");
                    assert!(
                        invalid.place().is_none_or(|place| problem.contains(place)),
                        "{problem}"
                    );
                }
                (
                    DenialReason::AuthorizerSaidUnauthorized { cause: None, .. },
                    AuthorizerErrorKind::Unauthorized,
                ) => (),
                (DenialReason::AuthorizerFailed { message, .. }, AuthorizerErrorKind::Failed) => {
                    assert_eq!(*message, invalid.to_string(), "{way}");
                }
                (reason, kind) => panic!("{way}: {answer} is {kind:?}, but {reason:?}"),
            }
        }
    }
}

/// A response that cannot be read becomes the cause of a 401. A function that fails with `Unauthorized` names no cause.
#[test]
fn or_unauthorized_keeps_it_as_the_cause() {
    let error = parsed(MISSPELT).or_unauthorized().unwrap_err();
    assert_eq!(error.kind(), AuthorizerErrorKind::Unauthorized);
    assert!(error.source().unwrap().is::<InvalidResponse>());

    let error = parsed(UNAUTHORIZED).or_unauthorized().unwrap_err();
    assert_eq!(error.kind(), AuthorizerErrorKind::Unauthorized);
    assert!(error.source().is_none());
}

#[test]
fn question_marks_convert_it_and_an_authorizer_error_into_boxed_errors() {
    fn alone(answer: &str) -> Result<AuthorizerResponse, Box<dyn Error>> {
        Ok(parsed(answer)?)
    }
    fn of_an_authorizer(answer: &str) -> Result<AuthorizerResponse, Box<dyn Error>> {
        let response: Result<_, AuthorizerError> = parsed(answer).or_failed();
        Ok(response?)
    }
    let expected = parsed(MISSPELT).unwrap_err().to_string();
    assert_eq!(alone(MISSPELT).unwrap_err().to_string(), expected);
    assert_eq!(
        of_an_authorizer(MISSPELT).unwrap_err().to_string(),
        expected
    );
}

async fn refusal(
    answer: impl Fn() -> Result<AuthorizerResponse, AuthorizerError> + Clone + Send + Sync + 'static,
) -> Denial {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| std::future::ready(answer())));
    let service = tower::Layer::layer(&layer, tower::service_fn(empty::<String>));
    let request = http::Request::get("/pets").header("authorization", "t");
    let request = request.body(String::new()).unwrap();
    let response = tower::ServiceExt::oneshot(service, request).await.unwrap();
    response.extensions().get::<Denial>().unwrap().clone()
}
