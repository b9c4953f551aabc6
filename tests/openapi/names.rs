//! The document and the code must name the same authorizers.

use tower_lambda_authorizer::{
    AuthorizerResponse, ConfigError, authorizer_fn,
    openapi::{ApiDefinition, DefinitionError},
};

use crate::server::{PETSTORE, PetStore, anonymous};

fn petstore() -> ApiDefinition {
    ApiDefinition::from_openapi(PETSTORE).unwrap()
}

fn anybody() -> impl tower_lambda_authorizer::Authorizer {
    authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) })
}

#[test]
fn a_missing_authorizer_is_named() {
    let error = petstore().into_layer().unwrap_err();
    let DefinitionError::AuthorizersDiffer { missing, unknown } = &error else {
        panic!("{error}")
    };
    assert_eq!(missing, &["keepers", "tenants"]);
    assert!(unknown.is_empty());
    let error = petstore()
        .authorizer("keepers", anybody())
        .unwrap()
        .into_layer()
        .unwrap_err();
    assert!(
        error.to_string().contains("does not supply: `tenants`;"),
        "{error}"
    );
}

#[test]
fn an_authorizer_that_is_not_in_the_document_is_refused() {
    let error = petstore()
        .authorizer("keeper", anybody())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the document has no Lambda authorizer `keeper`; it has `keepers`, `tenants`"
    );
    let twice = petstore().authorizer("keepers", anybody()).unwrap();
    let error = twice
        .authorizer("keepers", anybody())
        .unwrap_err()
        .to_string();
    assert!(error.contains("`keepers` is supplied twice"), "{error}");
}

#[test]
fn an_authorizer_that_guards_nothing_is_refused() {
    let document = PETSTORE.replace(r#"[{ "tenants": [] }]"#, "[]");
    let store = PetStore::of(ApiDefinition::from_openapi(&document));
    let error = store.definition.into_layer().unwrap_err().to_string();
    assert!(
        error.contains("no operation of the document names: `tenants`;"),
        "{error}"
    );
}

#[tokio::test]
async fn a_scheme_that_cannot_be_checked_is_an_error_until_something_else_checks_it() {
    let scheme = |scheme: &str| {
        format!(
            "openapi: 3.0.1
paths: {{/pets: {{get: {{security: [{{other: [a]}}]}}, put: {{}}}}}}
components: {{securitySchemes: {{other: {scheme}}}}}"
        )
    };
    for (other, kind) in [
        ("{type: apiKey, name: x-api-key, in: header}", "an API key"),
        (
            "{type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}",
            "IAM authorization",
        ),
        (
            "{type: apiKey, name: a, in: header, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}",
            "a Cognito user pool authorizer",
        ),
        (
            "{type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}",
            "a JWT authorizer",
        ),
        (
            "{type: http, scheme: bearer}",
            "a scheme of the type `http`",
        ),
    ] {
        let definition = ApiDefinition::from_openapi(&scheme(other)).unwrap();
        let error = definition.clone().into_layer().unwrap_err().to_string();
        assert!(error.contains(&format!("`other` is {kind}")), "{error}");
        assert!(error.contains("guards `GET /pets`: "), "{error}");
        assert!(error.contains("`leave_unchecked(\"other\")`"), "{error}");
        let layer = definition
            .leave_unchecked("other")
            .unwrap()
            .into_layer()
            .unwrap();
        assert_eq!(anonymous(&layer, "GET", "/pets").await, 200);
    }
    let unused = scheme("{type: http}").replace("[{other: [a]}]", "[]");
    assert!(
        ApiDefinition::from_openapi(&unused)
            .unwrap()
            .into_layer()
            .is_ok()
    );
    let error = petstore()
        .leave_unchecked("keepers")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no security scheme `keepers` that something else"),
        "{error}"
    );
}

/// Something else checks the key, and the authorizer is still asked.
#[tokio::test]
async fn an_api_key_next_to_an_authorizer_keeps_the_authorizer() {
    for security in [
        "[{keys: [], tokens: []}]",
        "[{keys: []}, {tokens: []}]",
        "[{}, {tokens: [], keys: []}]",
    ] {
        let definition = ApiDefinition::from_openapi(&format!(
            "openapi: 3.0.1
paths: {{/pets: {{get: {{security: {security}}}}}}}
components:
  securitySchemes:
    keys: {{type: apiKey, name: x-api-key, in: header}}
    tokens: {{type: apiKey, name: a, in: header, x-amazon-apigateway-authorizer: {{type: token}}}}"
        ));
        let definition = definition.unwrap().authorizer("tokens", anybody()).unwrap();
        assert!(definition.clone().into_layer().is_err());
        let layer = definition
            .leave_unchecked("keys")
            .unwrap()
            .into_layer()
            .unwrap();
        assert_eq!(anonymous(&layer, "GET", "/pets").await, 401);
    }
}

#[test]
fn an_invalid_configuration_is_reported_with_the_authorizers_name() {
    for (authorizer, expected) in [
        (r#"{"type": "request"}"#, "no identity source"),
        (
            r#"{"type": "token", "authorizerResultTtlInSeconds": 3601}"#,
            "3601",
        ),
        (
            r#"{"type": "token", "identityValidationExpression": "("}"#,
            "`(`",
        ),
        (
            r#"{"type": "token", "identitySource": "stageVariables.a"}"#,
            "`stageVariables.a`",
        ),
    ] {
        let text = format!(
            r#"{{"openapi": "3.0.1", "paths": {{"/": {{"get": {{"security": [{{"a": []}}]}}}}}},
            "components": {{"securitySchemes": {{"a": {{"type": "apiKey", "in": "header", "name": "x",
            "x-amazon-apigateway-authorizer": {authorizer}}}}}}}}}"#
        );
        let definition = ApiDefinition::from_openapi(&text).unwrap();
        let error = definition
            .authorizer("a", anybody())
            .unwrap()
            .into_layer()
            .unwrap_err();
        assert!(
            matches!(error, DefinitionError::Authorizer { .. }),
            "{error}"
        );
        assert!(
            error.to_string().starts_with("the authorizer `a`: "),
            "{error}"
        );
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn configuring_a_layer_can_fail() {
    let definition = PetStore::of(ApiDefinition::from_openapi(PETSTORE)).definition;
    let definition = definition.configure(|name, layer| match name {
        "tenants" => layer.authorizer_timeout(std::time::Duration::ZERO),
        _ => Ok(layer),
    });
    let error = definition.into_layer().unwrap_err();
    let DefinitionError::Authorizer { name, problem } = error else {
        panic!("{error}")
    };
    assert_eq!(name, "`tenants`");
    assert!(matches!(problem, ConfigError::Zero { .. }), "{problem}");
}
