//! A 401 without an invocation is the reason why the crate exists. In a test, the failed assertion explains it.

use tower_lambda_authorizer::{
    LambdaAuthorizerLayer,
    testing::{Harness, MockAuthorizer},
};

use crate::caught::caught;

#[tokio::test]
async fn a_401_without_an_invocation_is_explained_by_a_failed_assertion() {
    let layer = LambdaAuthorizerLayer::token(MockAuthorizer::new());
    let response = Harness::new(layer).get("/pets").send().await;
    let caught = caught(|| response.assert_allowed());
    let transcript = "\
GET /pets
  expected: let through
  actual: UNAUTHORIZED, status 401
  UNAUTHORIZED 401: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
    request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets
    identity    `method.request.header.Authorization` is missing
    cache       not asked
    authorizer  not invoked
    response    API Gateway's default
    to do       send the header `Authorization`; without it, the gateway answers by itself and does not invoke the authorizer, so the function's log shows nothing";
    assert_eq!(caught.message, transcript);
    assert!(caught.file.ends_with("seed_story.rs"));
}
