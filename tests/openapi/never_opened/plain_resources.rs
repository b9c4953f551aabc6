//! CloudFormation's own resources, and settings of a whole template.

use tower_lambda_authorizer::openapi::ApiDefinition;

use super::problem;
use crate::sam::listed;

#[test]
fn managed_overrides_guard_the_route_of_a_target() {
    let template = include_str!("../../cases/templates/17-managed-overrides.yaml");
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["$default Gate"]);
    let of_other = template.replace(
        "Properties: {ApiId: !Ref Shop, Route",
        "Properties: {ApiId: !Ref Other, Route",
    );
    let definition = ApiDefinition::from_cloudformation(&of_other);
    // The overrides of another API do not guard this one.
    assert_eq!(listed(&definition.unwrap()), ["$default -"]);
}

#[test]
fn managed_overrides_that_guard_nothing_are_refused() {
    let template = include_str!("../../cases/templates/17-managed-overrides.yaml");
    let misspelt = template.replace("Route:", "route:");
    let error = problem(&misspelt);
    assert!(
        error.contains("the member `route` is not allowed here"),
        "{error}"
    );
    let untargeted = template.replace("Target:", "Description:");
    assert_ne!(untargeted, template);
    let error = problem(&untargeted);
    assert!(error.contains("this API has no `Target`"), "{error}");
}

#[test]
fn settings_that_change_the_api_in_unknown_ways_are_refused() {
    let whole = |head: &str, api: &str| {
        format!("{head}\nResources: {{Shop: {{Type: AWS::ApiGateway::RestApi, {api}}}}}")
    };
    let empty = "Properties: {Body: {openapi: 3.0.1, paths: {}}}";
    for (head, api, expected) in [
        (
            "Transform: [AWS::Serverless-2016-10-31, Mine]",
            empty,
            "at `/Transform/1`: it is not known how the macro `Mine`",
        ),
        ("Transform: Mine", empty, "the macro `Mine`"),
        ("Transform: {Name: Mine}", empty, "the macro `Mine`"),
        ("Transform: !Ref Mine", empty, "at `/Transform"),
        (
            "Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}",
            empty,
            "`AWS::Include` inserts `s3://b/k`",
        ),
        (
            "Fn::Transform: {Name: Mine}",
            empty,
            "`Fn::Transform` cannot be evaluated",
        ),
        (
            "",
            "Properties: {CloneFrom: abc}",
            "at `/Resources/Shop/Properties/CloneFrom`: the API is a copy",
        ),
        (
            "",
            "Properties: {Parameters: {basepath: prepend}, Body: {swagger: '2.0', basePath: /v1, paths: {}}}",
            "at `/Resources/Shop/Properties/Parameters/basepath`: API Gateway adds the base path",
        ),
        (
            "",
            "Fn::Transform: {Name: Mine}, Properties: {Body: {openapi: 3.0.1, paths: {}}}",
            "`Fn::Transform` cannot be evaluated",
        ),
    ] {
        let error = problem(&whole(head, api));
        assert!(error.contains(expected), "{head} {api}: {error}");
    }
    for head in [
        "",
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]",
    ] {
        assert!(ApiDefinition::from_cloudformation(&whole(head, empty)).is_ok());
    }
}

#[test]
fn attributes_name_authorizers_and_apis() {
    let template = "
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Gate: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !GetAtt Shop.RestApiId, Type: TOKEN}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !GetAtt [Shop, RestApiId], ResourceId: !GetAtt Shop.RootResourceId, HttpMethod: GET,
                 AuthorizationType: CUSTOM, AuthorizerId: !GetAtt Gate.AuthorizerId}
";
    let definition = ApiDefinition::from_cloudformation(template).unwrap();
    assert_eq!(listed(&definition), ["GET / Gate"]);
    let untyped = template.replace("AuthorizationType: CUSTOM", "AuthorizationType: NONE");
    let error = problem(&untyped);
    assert!(error.contains("/AuthorizerId`: without"), "{error}");
}
