//! The stage that a template deploys.

use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

const SAM: &str = "Transform: AWS::Serverless-2016-10-31\n";

fn stage(template: &str) -> Option<String> {
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    definition.stage_name().map(str::to_owned)
}

fn of_api(properties: &str) -> Option<String> {
    stage(&format!(
        "{SAM}Parameters: {{Stage: {{Type: String, Default: live}}, Unset: {{Type: String}}}}\n\
         Conditions: {{IsBig: !Equals [!Ref Unset, big]}}\n\
         Resources:\n  Shop:\n    Type: AWS::Serverless::Api\n    Properties: {properties}\n"
    ))
}

#[test]
fn sam_has_it_in_the_api() {
    assert_eq!(of_api("{StageName: prod}").as_deref(), Some("prod"));
    assert_eq!(of_api("{StageName: !Ref Stage}").as_deref(), Some("live"));
    assert_eq!(
        of_api("{StageName: !Sub '${Stage}-1'}").as_deref(),
        Some("live-1")
    );
}

#[test]
fn a_name_that_only_a_deployment_knows_is_none() {
    assert_eq!(of_api("{StageName: !Ref Unset}"), None);
    assert_eq!(of_api("{StageName: !If [IsBig, big, small]}"), None);
    assert_eq!(of_api("{}"), None);
}

/// The condition decides who may call what, so both cases are read. They agree on that, and not on the stage.
#[test]
fn a_name_that_depends_on_a_condition_is_none() {
    let template = |stage: &str| {
        stage_of_methods(&format!(
            "  Stage: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Shop, StageName: {stage}}}}}\n"
        ))
    };
    assert_eq!(template("prod").as_deref(), Some("prod"));
    assert_eq!(template("!If [IsBig, prod, test]"), None);
}

fn stage_of_methods(stages: &str) -> Option<String> {
    stage(&format!(
        "Parameters: {{Unset: {{Type: String}}}}\nConditions: {{IsBig: !Equals [!Ref Unset, big], Never: !Equals [a, b]}}\n\
         Resources:\n  Shop: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: shop}}}}\n  \
         Get: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref Shop, HttpMethod: GET, AuthorizationType: \
         !If [IsBig, NONE, NONE], ResourceId: !GetAtt Shop.RootResourceId}}}}\n{stages}"
    ))
}

#[test]
fn plain_cloudformation_has_resources_for_it() {
    for (stages, expected) in [
        ("", None),
        (
            "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Shop}}\n",
            None,
        ),
        (
            "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Shop, StageName: v1}}\n",
            Some("v1"),
        ),
        (
            "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Shop}}\n  \
             S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !GetAtt Shop.RestApiId, StageName: v1}}\n",
            Some("v1"),
        ),
        // Which one is asked is not known.
        (
            "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: v1}}\n  \
             T: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: v2}}\n",
            None,
        ),
        (
            "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: v1}}\n  \
             T: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: !Ref Unset}}\n",
            None,
        ),
        // A stage of another API, and one that does not exist.
        (
            "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: v1}}\n  \
             T: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: a1b2c3, StageName: v2}}\n  \
             U: {Type: AWS::ApiGateway::Stage, Condition: Never, Properties: {RestApiId: !Ref Shop, StageName: v3}}\n",
            Some("v1"),
        ),
    ] {
        assert_eq!(stage_of_methods(stages).as_deref(), expected, "{stages}");
    }
}

#[test]
fn http_apis_and_apis_that_sam_creates_have_stages_without_a_name() {
    let function = |event: &str| {
        stage(&format!(
            "{SAM}Resources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: f/, Handler: a.b, Runtime: \
             python3.12, Events: {{E: {{Type: {event}, Properties: {{Path: /, Method: get}}}}}}}}}}\n"
        ))
    };
    assert_eq!(function("Api").as_deref(), Some("Prod"));
    assert_eq!(function("HttpApi").as_deref(), Some("$default"));
    let api = |properties: &str| {
        stage(&format!(
            "{SAM}Resources:\n  Shop: {{Type: AWS::Serverless::HttpApi, Properties: {properties}}}\n"
        ))
    };
    assert_eq!(api("{}").as_deref(), Some("$default"));
    assert_eq!(api("{StageName: beta}").as_deref(), Some("beta"));
    let plain = "Resources:\n  Shop: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: s, ProtocolType: HTTP}}\n  \
                 S: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Shop, StageName: beta}}\n";
    assert_eq!(stage(plain).as_deref(), Some("beta"));
}

#[test]
fn a_parameter_that_is_set_counts_and_an_openapi_document_has_none() {
    let template = format!(
        "{SAM}Parameters: {{Stage: {{Type: String}}}}\nResources:\n  Shop: {{Type: AWS::Serverless::Api, Properties: \
         {{StageName: !Ref Stage}}}}\n"
    );
    let template = Template::from_text(&template)
        .unwrap()
        .parameter("Stage", "test");
    assert_eq!(template.api().unwrap().stage_name(), Some("test"));
    let export = "openapi: 3.0.1\nservers: [{url: 'https://example.com/{basePath}'}]\npaths: {}";
    assert_eq!(
        ApiDefinition::from_openapi(export).unwrap().stage_name(),
        None
    );
}
