//! Identity sources that are made from a name are those of the layer's type of API.

use std::collections::HashSet;

use tower_lambda_authorizer::{
    ApiType, ConfigError, IdentitySource, IdentitySources, LambdaAuthorizerLayer,
    testing::{Harness, MockAuthorizer},
};

type Layer = LambdaAuthorizerLayer<MockAuthorizer>;

fn layer(api_type: ApiType, sources: IdentitySources) -> Result<Layer, ConfigError> {
    let authorizer = MockAuthorizer::allowing();
    match api_type {
        ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer).identity_sources(sources),
        ApiType::WebSocket => {
            LambdaAuthorizerLayer::websocket_api(authorizer).identity_sources(sources)
        }
        _ => LambdaAuthorizerLayer::request(authorizer, sources),
    }
}

fn all_three() -> Vec<IdentitySource> {
    vec![
        IdentitySource::header("X-Tenant").unwrap(),
        IdentitySource::query_parameter("token").unwrap(),
        IdentitySource::cookie("sid").unwrap(),
    ]
}

#[tokio::test]
async fn a_layer_writes_them_in_its_own_syntax() {
    for (api_type, expected) in [
        (
            ApiType::Rest,
            [
                "method.request.header.X-Tenant",
                "method.request.querystring.token",
                "method.request.cookie.sid",
            ],
        ),
        (
            ApiType::Http,
            [
                "$request.header.X-Tenant",
                "$request.querystring.token",
                "$request.cookie.sid",
            ],
        ),
        (
            ApiType::WebSocket,
            [
                "route.request.header.X-Tenant",
                "route.request.querystring.token",
                "route.request.cookie.sid",
            ],
        ),
    ] {
        let layer = layer(api_type, all_three().try_into().unwrap()).unwrap();
        let written: IdentitySources = expected.try_into().unwrap();
        assert_eq!(layer.configuration().identity_sources(), &written);

        let harness = Harness::new(layer);
        let request = |query| harness.get(query).header("x-tenant", "a");
        let complete = request("/pets?token=t").header("cookie", "sid=s");
        complete.send().await.assert_invoked();
        let incomplete = request("/pets").header("cookie", "sid=s");
        incomplete.send().await.assert_unauthorized();
    }
}

#[tokio::test]
async fn one_of_several_places_is_written_in_the_layers_syntax_too() {
    for api_type in [ApiType::Rest, ApiType::Http, ApiType::WebSocket] {
        let source = IdentitySource::first_of(all_three()).unwrap();
        let harness = Harness::new(layer(api_type, source.into()).unwrap());
        let response = harness.get("/pets").header("cookie", "sid=s").send().await;
        response.assert_invoked();
        harness.get("/pets").send().await.assert_unauthorized();
    }
}

#[test]
fn a_token_authorizer_takes_a_header() {
    let layer = || LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
    let header = IdentitySource::header("X-Tenant").unwrap();
    assert!(layer().identity_sources(header).is_ok());
    let parameter = IdentitySource::query_parameter("token").unwrap();
    assert!(matches!(
        layer().identity_sources(parameter),
        Err(ConfigError::TokenIdentitySource { .. })
    ));
}

#[test]
fn a_name_that_api_gateway_refuses_is_an_error() {
    for refused in [
        IdentitySource::header(""),
        IdentitySource::header("X Tenant"),
        IdentitySource::header("Authorization, method.request.header.X"),
        IdentitySource::query_parameter("a&b"),
        IdentitySource::cookie("$sid"),
    ] {
        assert!(matches!(refused, Err(ConfigError::IdentitySource { .. })));
    }
}

#[test]
fn an_empty_list_is_an_error() {
    assert_eq!(
        IdentitySources::try_from(Vec::<IdentitySource>::new()),
        Err(ConfigError::NoIdentitySource)
    );
}

#[test]
fn the_same_place_twice_is_an_error() {
    let sources = ["method.request.header.X-Tenant".parse().unwrap()];
    let sources = sources.into_iter().chain(all_three());
    let error = IdentitySource::first_of(sources).unwrap_err();
    assert!(error.to_string().contains("given twice"), "{error}");
}

#[test]
fn sources_can_be_the_keys_of_a_map() {
    let known: HashSet<_> = all_three().into_iter().collect();
    assert!(known.contains(&IdentitySource::cookie("sid").unwrap()));
    assert!(!known.contains(&IdentitySource::cookie("other").unwrap()));
}
