//! It is not known how a macro changes a template, so nothing next to a macro counts as it is written.

use tower_lambda_authorizer::openapi::Template;

use crate::sam::listed;

const MACRO: &str = "Fn::Transform: {Name: Mine}";
const INCLUDE: &str = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}";

/// Whether `/a` is guarded depends on `Parameters`, `Mappings` and `Conditions`. Tests insert something at `HERE`.
const SECTIONS: &str = "
Parameters: {P: {Type: String, Default: a HERE1} HERE2}
Mappings: {M: {a: {b: c HERE3} HERE4} HERE5}
Conditions: {L: !Or [!Equals [!Ref P, b], !Equals [!FindInMap [M, a, b], b]] HERE6}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        paths: {/a: {get: {security: !If [L, [{gate: []}], []]}}}
        components: {securitySchemes: {gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}}}
";

fn with(place: usize, member: &str) -> Template {
    let mut text = SECTIONS.to_owned();
    for each in 1..=6 {
        let member = if each == place {
            format!(", {member}")
        } else {
            String::new()
        };
        text = text.replace(&format!(" HERE{each}"), &member);
    }
    Template::from_text(&text).unwrap()
}

#[test]
fn sections_with_a_macro_are_not_known() {
    let definition = with(0, "").api().unwrap();
    assert_eq!(listed(&definition), ["GET /a -"]);
    for place in 1..=6 {
        for member in [MACRO, INCLUDE] {
            let error = with(place, member).api().unwrap_err().to_string();
            assert!(
                error.contains("the condition `L` is not known, and `GET /a` depends on it"),
                "{place}, {member}: {error}"
            );
        }
    }
    let error = with(6, MACRO).api().unwrap_err().to_string();
    assert!(
        error.contains("because the macro `Mine` is not evaluated"),
        "{error}"
    );
    let error = with(6, INCLUDE).api().unwrap_err().to_string();
    assert!(
        error.contains("supply the content of `more.yaml`"),
        "{error}"
    );
    let located = INCLUDE.replace("more.yaml", "!Join ['', [more, .yaml]]");
    assert!(with(6, &located).api().is_err());
    // A value from the application is known, whatever the declaration is.
    for place in [1, 2] {
        let definition = with(place, MACRO).parameter("P", "b").api().unwrap();
        assert_eq!(listed(&definition), ["GET /a gate"]);
    }
    // A supplied file may contain another declaration.
    let definition = with(6, INCLUDE)
        .include("more.yaml", "L: !Equals [a, a]")
        .api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a gate"]);
    let definition = with(6, INCLUDE)
        .include("more.yaml", "K: !Equals [a, a]")
        .api();
    assert_eq!(listed(&definition.unwrap()), ["GET /a -"]);
}

#[test]
fn a_member_next_to_a_macro_is_not_known() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties: {StageName: s, Auth: {DefaultAuthorizer: A, Authorizers: {A: {FunctionArn: x}}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events: {E: {Type: Api, Properties: {RestApiId: !Ref Shop, Path: /a, Method: get, Auth: {Authorizer: NONE}}}}
  T: {Type: AWS::SNS::Topic}
";
    let definition = Template::from_text(text).unwrap().api().unwrap();
    assert_eq!(listed(&definition), ["GET /a -"]);
    for (before, place) in [
        ("Type: Api, ", "Events/E/Fn::Transform"),
        ("RestApiId: ", "Events/E/Properties/Fn::Transform"),
        ("Authorizer: NONE", "Properties/Auth/Fn::Transform"),
    ] {
        let text = text.replace(before, &format!("{MACRO}, {before}"));
        let error = Template::from_text(&text)
            .unwrap()
            .api()
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(place) && error.contains("it is not known what the macro `Mine` does"),
            "{before}: {error}"
        );
    }
    let other = text.replace(
        "SNS::Topic",
        &format!("SNS::Topic, Properties: {{{MACRO}}}"),
    );
    let definition = Template::from_text(&other).unwrap().api().unwrap();
    assert_eq!(listed(&definition), ["GET /a -"]);
}
