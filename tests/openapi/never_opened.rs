//! What AWS guards and was once let through here: documents and templates of `tests/cases/templates`.

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::sam::listed;

#[test]
fn root_security_guards_a_rest_api() {
    let document = include_str!("../cases/templates/01-root-security-rest.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    assert_eq!(
        listed(&definition),
        ["ANY /echo/{text} gate", "GET /open-or-not gate"]
    );
}

#[test]
fn a_user_pool_at_the_root_has_to_be_checked_elsewhere() {
    let document = include_str!("../cases/templates/02-root-security-rest-cognito.yaml");
    let definition = ApiDefinition::from_openapi(document).unwrap();
    let error = definition.clone().into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`people` is a Cognito user pool authorizer") && error.contains("`GET /a`"),
        "{error}"
    );
    let definition = definition.checked_elsewhere("people").unwrap();
    assert!(definition.into_layer().is_ok());
}
