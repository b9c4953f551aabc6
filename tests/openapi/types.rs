//! A document describes one type of API.

use tower_lambda_authorizer::{
    ApiType, AuthorizerResponse, authorizer_fn,
    openapi::{ApiDefinition, DefinitionError},
};

use crate::server::{ORDERS, PETSTORE, anonymous};

fn authorizer(members: &str) -> String {
    format!(
        "openapi: 3.0.1
paths: {{/a: {{get: {{security: [{{a: []}}]}}}}}}
components: {{securitySchemes: {{a: {{type: apiKey, name: x, in: header, x-amazon-apigateway-authorizer: {members}}}}}}}"
    )
}

#[test]
fn features_of_one_type_tell_the_type() {
    let document = |rest: &str| format!("openapi: 3.0.1\n{rest}");
    for (text, expected) in [
        (
            authorizer("{type: request, authorizerPayloadFormatVersion: '2.0'}"),
            ApiType::Http,
        ),
        (
            authorizer("{type: request, enableSimpleResponses: false}"),
            ApiType::Http,
        ),
        (
            authorizer("{type: request, identitySource: $request.header.A}"),
            ApiType::Http,
        ),
        (
            authorizer("{type: request, identitySource: [$context.routeKey]}"),
            ApiType::Http,
        ),
        (
            authorizer("{type: jwt, jwtConfiguration: {}}"),
            ApiType::Http,
        ),
        (
            document("paths: {/$default: {x-amazon-apigateway-any-method: {}}}"),
            ApiType::Http,
        ),
        (
            document("paths: {$default: {x-amazon-apigateway-any-method: {}}}"),
            ApiType::Http,
        ),
        (
            document("paths: {}\nx-amazon-apigateway-cors: {}"),
            ApiType::Http,
        ),
        (
            document("paths: {}\nx-amazon-apigateway-importexport-version: '1.0'"),
            ApiType::Http,
        ),
        (authorizer("{type: token}"), ApiType::Rest),
        (authorizer("{type: cognito_user_pools}"), ApiType::Rest),
        (
            authorizer("{type: request, identitySource: 'stageVariables.a, context.path'}"),
            ApiType::Rest,
        ),
        (
            document("paths: {}\nx-amazon-apigateway-gateway-responses: {}"),
            ApiType::Rest,
        ),
        (
            document("paths: {}\nx-amazon-apigateway-policy: {}"),
            ApiType::Rest,
        ),
    ] {
        let definition = ApiDefinition::from_openapi(&text).unwrap();
        assert_eq!(definition.api_type(), expected, "{text}");
        let other = match expected {
            ApiType::Http => ApiType::Rest,
            _ => ApiType::Http,
        };
        assert!(definition.clone().for_api_type(expected).is_ok());
        let error = definition.for_api_type(other).unwrap_err();
        assert!(matches!(error, DefinitionError::ApiType { .. }), "{error}");
    }
}

#[test]
fn features_of_both_types_are_an_error_that_names_both() {
    for (text, expected) in [
        (
            authorizer("{type: token, enableSimpleResponses: true}"),
            "at `/components/securitySchemes/a/x-amazon-apigateway-authorizer/enableSimpleResponses`: only an HTTP \
             API can have this, and only a REST API can have what is at \
             `/components/securitySchemes/a/x-amazon-apigateway-authorizer/type`; remove one of \
             the two",
        ),
        (
            authorizer(
                "{type: request, identitySource: 'method.request.header.A, $request.header.B'}",
            ),
            "only an HTTP API can have this, and only a REST API",
        ),
        (
            PETSTORE.replace(r#""/pets": {"#, r#""/$default": {"#),
            "at `/paths/~1$default`: only an HTTP API can have this",
        ),
        (
            ORDERS.replace("x-amazon-apigateway-cors", "x-amazon-apigateway-policy"),
            "at `/x-amazon-apigateway-policy`: only a REST API can have this, and only an HTTP API can have what is at \
             `/x-amazon-apigateway-importexport-version`",
        ),
    ] {
        let error = ApiDefinition::from_openapi(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_default_route_is_written_in_one_way() {
    for (paths, expected) in [
        (
            "{/$default: {get: {}}}",
            "at `/paths/~1$default/get`: the default route accepts every method",
        ),
        (
            "{/a: {x-amazon-apigateway-any-method: {isDefaultRoute: true}}}",
            "/x-amazon-apigateway-any-method/isDefaultRoute`: `/$default` is the path of the default route",
        ),
        ("{$other: {get: {}}}", "`$other` is not a path"),
    ] {
        let error = ApiDefinition::from_openapi(&format!("openapi: 3.0.1\npaths: {paths}"));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_http_apis_authorizer_is_checked_as_such() {
    for (members, expected) in [
        (
            "{type: request, enableSimpleResponses: true}",
            "authorizerPayloadFormatVersion",
        ),
        (
            "{type: request, authorizerPayloadFormatVersion: '3.0'}",
            "3.0",
        ),
        (
            "{type: request, authorizerPayloadFormatVersion: 1.0, enableSimpleResponses: true}",
            "payload format 2.0",
        ),
        (
            "{type: request, authorizerPayloadFormatVersion: 2.0, authorizerResultTtlInSeconds: 60}",
            "identity source",
        ),
    ] {
        let authorizer_of_a = authorizer_fn(|_| async { Ok(AuthorizerResponse::simple(true)) });
        let definition = ApiDefinition::from_openapi(&authorizer(members)).unwrap();
        let definition = definition.authorizer("a", authorizer_of_a).unwrap();
        let error = definition.into_layer().unwrap_err().to_string();
        assert!(error.starts_with("the authorizer `a`: "), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn the_code_can_set_the_type() {
    let plain = || ApiDefinition::from_openapi("openapi: 3.0.1\npaths: {/a: {get: {}}}").unwrap();
    assert_eq!(plain().api_type(), ApiType::Rest);
    let layer = plain().into_layer().unwrap();
    assert_eq!(anonymous(&layer, "GET", "/b").await, 403);
    let http = plain().for_api_type(ApiType::Http).unwrap();
    let written = http.to_openapi().to_string();
    assert_eq!(
        ApiDefinition::from_openapi(&written).unwrap().api_type(),
        ApiType::Http
    );
    let layer = http.into_layer().unwrap();
    assert_eq!(anonymous(&layer, "GET", "/b").await, 404);
    let error = plain()
        .for_api_type(ApiType::WebSocket)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("does not describe a WebSocket API"),
        "{error}"
    );
}

#[test]
fn root_security_guards_an_api_of_either_type() {
    let document = |mark: &str| {
        format!(
            "openapi: 3.0.1
security: [{{a: []}}]
paths: {{/a: {{get: {{}}, put: {{security: []}}}}}}
components: {{securitySchemes: {{a: {{type: apiKey, name: x, in: header, x-amazon-apigateway-authorizer: {{type: request}}}}}}}}
{mark}"
        )
    };
    let guards = |definition: ApiDefinition| -> Vec<_> {
        let guards = definition.operations();
        guards
            .map(|operation| operation.authorizer().map(str::to_owned))
            .collect()
    };
    let guarded = [Some("a".to_owned()), None];
    let http = ApiDefinition::from_openapi(&document("x-amazon-apigateway-cors: {}")).unwrap();
    assert_eq!(guards(http), guarded);
    let unknown = ApiDefinition::from_openapi(&document("")).unwrap();
    assert_eq!(guards(unknown.clone()), guarded);
    assert_eq!(
        guards(unknown.for_api_type(ApiType::Http).unwrap()),
        guarded
    );
}
