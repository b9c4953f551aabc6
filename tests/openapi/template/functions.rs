//! Intrinsic functions, parameters and loops.

use super::{default_authorizer, problem, template};
use crate::sam::listed;

#[test]
fn functions_are_evaluated() {
    for value in [
        "!Sub gate",
        "!Sub ['${A}te', {A: ga}]",
        "!Join ['', [ga, te]]",
        "!Join ['', [gate]]",
        "!Select [0, !Ref Names]",
        "!Select ['1', !Split ['-', other-gate]]",
        "!FindInMap [Guards, !Ref Stage, name]",
        "!Select [0, !FindInMap [Guards, live, all]]",
        "!FindInMap [Guards, none, name, {DefaultValue: gate}]",
        "!Select [!Length [], [gate]]",
        "!Select [1, !Split ['\"', !ToJsonString [gate]]]",
    ] {
        let definition = template(&default_authorizer(value))
            .parameter("Stage", "live")
            .api();
        assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"], "{value}");
    }
}

#[test]
fn the_application_sets_pseudo_parameters() {
    let text = default_authorizer("!Join ['', [!Ref AWS::Region]]");
    let definition = template(&text).parameter("AWS::Region", "gate").api();
    assert_eq!(listed(&definition.unwrap()), ["GET /paid gate"]);
    let problem = problem(template(&text).api());
    assert!(
        problem.contains("`/Resources/Shop/Properties/Auth/DefaultAuthorizer`: the intrinsic function `Ref` cannot be evaluated, because `AWS::Region` has no value"),
        "{problem}"
    );
}

#[test]
fn loops_create_resources() {
    let text = "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Shop: {Type: AWS::ApiGateway::RestApi}
  Fn::ForEach::Pages:
    - Name
    - !Ref Names
    - 'Page${Name}':
        Type: AWS::ApiGateway::Resource
        Properties: {RestApiId: !Ref Shop, ParentId: !GetAtt Shop.RootResourceId, PathPart: !Ref Name}
      'Get${Name}':
        Type: AWS::ApiGateway::Method
        Properties: {RestApiId: !Ref Shop, HttpMethod: GET, ResourceId: !Ref 'Page${Name}', Other: [!Sub '${Name}']}
";
    let definition = template(text).parameter("Names", "a,b").api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a -", "GET /b -"]);
    let unknown = problem(template(text).api());
    assert!(
        unknown.contains("`Fn::ForEach::Pages` cannot be evaluated"),
        "{unknown}"
    );
    let without = text.replace("AWS::LanguageExtensions, ", "");
    let without = problem(template(&without).parameter("Names", "a").api());
    assert!(without.contains("`AWS::LanguageExtensions`"), "{without}");
}
