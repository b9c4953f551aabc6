//! Templates that cannot be evaluated.

use tower_lambda_authorizer::openapi::Template;

const SHOP: &str = "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Name: !Ref It, Body: BODY}}}\n";

pub(super) fn shop(body: &str, more: &str) -> Template {
    Template::from_text(&(more.to_owned() + &SHOP.replace("BODY", body))).unwrap()
}

pub(super) fn problem(template: &Template) -> String {
    template.api().unwrap_err().to_string()
}

#[test]
fn malformed_functions_are_reported_with_their_place() {
    let maps = "Mappings: {M: {a: {b: c}}}\n";
    for (body, more, expected) in [
        (
            "!FindInMap [N, a, b]",
            maps,
            "/Body/Fn::FindInMap/0`: `Fn::FindInMap` finds nothing: there is no `N`",
        ),
        (
            "!FindInMap [M, x, b]",
            maps,
            "there is no `x`; the keys are `a`",
        ),
        (
            "!FindInMap [M, a, x]",
            maps,
            "there is no `x`; the keys are `b`",
        ),
        (
            "!FindInMap [M, a]",
            maps,
            "takes a mapping's name and two keys",
        ),
        (
            "!If [Never, a, b]",
            "",
            "/Body/Fn::If/0`: the template has no condition `Never`",
        ),
        (
            "!If [A, a, b]",
            "Conditions: {A: !Not [Condition: A]}\n",
            "at `/Conditions/A/Fn::Not/0/Condition`: the condition `A` depends on itself",
        ),
        (
            "!If [A, a, b]",
            "Conditions: {A: !And [Condition: B, Condition: B], B: !Or [!Equals [a, b], Condition: A]}\n",
            "the condition `A` depends on itself",
        ),
        (
            "!If [A, a, b]",
            "Conditions: {A: 5}\n",
            "at `/Conditions/A`: a condition must be `Fn::Equals`",
        ),
        (
            "!If [a, b]",
            "",
            "`Fn::If` takes a condition's name and two values",
        ),
        ("!Join [a]", "", "`Fn::Join` takes a delimiter and a list"),
        (
            "!Select [3, [a, b]]",
            "",
            "`Fn::Select` asks for the index 3 of a list with 2",
        ),
        (
            "!Select [x, [a, b]]",
            "",
            "the index of `Fn::Select` must be a whole number",
        ),
        (
            "!Split ['', a]",
            "",
            "the delimiter of `Fn::Split` must be a string",
        ),
        ("!Sub [a]", "", "`Fn::Sub` takes a string, or a list"),
    ] {
        let problem = problem(&shop(body, more));
        assert!(problem.starts_with("at `/"), "{body}: {problem}");
        assert!(problem.contains(expected), "{body}: {problem}");
    }
}

#[test]
fn parameters_must_match_their_declaration() {
    let declared = "
Parameters:
  It: {Type: Number, Default: 5}
  Stage: {Type: String, AllowedValues: [live, test]}
  Ids: {Type: List<Number>}
  Port: {Type: Number, Default: 80, MinValue: 1, MaxValue: 1024}
  Name: {Type: String, Default: abc, MinLength: 2, MaxLength: '4', AllowedPattern: '[a-z]+|[0-9]+'}
  Names: {Type: CommaDelimitedList, Default: 'a,b', AllowedPattern: '[a-z]*'}
  Key: {Type: AWS::SSM::Parameter::Value<String>, AllowedPattern: '/shop/.*'}
";
    let template = shop("{openapi: 3.0.1, paths: {}}", declared);
    assert!(template.api().is_ok());
    for (name, value, expected) in [
        (
            "It",
            "five",
            "at `/Parameters/It`: the parameter `It` does not allow `five`; its type is a number",
        ),
        ("It", "inf", "its type is a number"),
        ("Ids", "1, x", "the parameter `Ids` does not allow `x`"),
        (
            "Stage",
            "none",
            "at `/Parameters/Stage`: the parameter `Stage` does not allow `none`; its `AllowedValues` are `live`, `test`",
        ),
        (
            "Stages",
            "live",
            "at `/Parameters`: the template has no parameter `Stages` to set; it has `Ids`, `It`",
        ),
        (
            "Port",
            "0",
            "`Port` does not allow `0`; it is below its `MinValue`",
        ),
        ("Port", "1025", "above its `MaxValue`"),
        (
            "Name",
            "a",
            "`Name` does not allow `a`; it is shorter than its `MinLength`",
        ),
        ("Name", "abcde", "longer than its `MaxLength`"),
        (
            "Name",
            "ab-1",
            "`Name` does not allow `ab-1`; its `AllowedPattern` is `[a-z]+|[0-9]+`",
        ),
        (
            "Names",
            "a, B",
            "`Names` does not allow `B`; its `AllowedPattern`",
        ),
        ("AWS::NoValue", "x", "no parameter `AWS::NoValue`"),
    ] {
        let problem = problem(&template.clone().parameter(name, value));
        assert!(problem.contains(expected), "{name}: {problem}");
    }
    for (name, value) in [
        ("It", "-1.5"),
        ("Ids", "1,2"),
        ("Stage", "test"),
        ("AWS::Region", "x"),
        ("Port", "1024"),
        ("Name", "1234"),
        ("Names", "x,,y"),
        ("Key", "what is found there"),
    ] {
        assert!(
            template.clone().parameter(name, value).api().is_ok(),
            "{name}"
        );
    }
    let wrong = shop("{}", "Parameters: {It: {Type: String, Default: {}}}\n");
    assert!(problem(&wrong).contains("at `/Parameters/It/Default`: expected a string or a number"));
}

#[test]
fn unchecked_constraints_of_parameters_are_noted() {
    let notes = |pattern: &str, more: &str| {
        let declared =
            format!("{more}Parameters: {{It: {{Type: String, AllowedPattern: '{pattern}'}}}}\n");
        let template = shop("{openapi: 3.0.1, paths: {}}", &declared);
        template.parameter("It", "a").api().unwrap().notes()
    };
    assert!(notes("a|b", "").is_empty());
    for pattern in ["(?=a)a", "a)|(b", "a{1000}{1000}"] {
        let notes = notes(pattern, "");
        assert!(
            notes.len() == 1
                && notes[0].contains("`AllowedPattern` of the parameter `It` is not checked"),
            "{pattern}: {notes:?}"
        );
    }
    // The CDK's rules are about a parameter that is not set.
    let rules = |name: &str| {
        format!("Rules: {{Live: {{Assertions: [{{Assert: !Equals [!Ref {name}, a]}}]}}}}\n")
    };
    assert!(notes("a", &rules("BootstrapVersion")).is_empty());
    let notes = notes("a", &rules("It"));
    assert!(
        notes.len() == 1 && notes[0].contains("`Rules` are not evaluated"),
        "{notes:?}"
    );
}

#[test]
fn an_error_in_a_file_names_the_file() {
    let template = shop(
        "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./a.yaml}}}",
        "",
    );
    let template = template.include("./a.yaml", "openapi: 3.0.1\npaths: {/x: {gett: {}}}");
    assert!(problem(&template).starts_with("at `a.yaml#/paths/~1x/gett`: `gett` is not a method"));
}

#[test]
fn places_are_those_of_the_written_template() {
    let template = shop(
        "{openapi: 3.0.1, paths: {/x: !If [Live, {get: {security: [!Ref AWS::NoValue, {no: x}]}}, {}]}}",
        "Parameters: {Stage: {Type: String, Default: live}}\nConditions: {Live: !Equals [!Ref Stage, live]}\n",
    );
    let problem = problem(&template);
    assert!(
        problem.starts_with(
            "at `/Resources/Shop/Properties/Body/paths/~1x/Fn::If/1/get/security/1/no`: expected a list"
        ),
        "{problem}"
    );

    // Removed items count.
    let template = shop(
        "{openapi: 3.0.1, paths: {/x: {get: {security: [!Ref AWS::NoValue, 5]}}}}",
        "",
    );
    let error = template.api().unwrap_err().to_string();
    assert!(
        error.contains("at `/Resources/Shop/Properties/Body/paths/~1x/get/security/1`"),
        "{error}"
    );
}
