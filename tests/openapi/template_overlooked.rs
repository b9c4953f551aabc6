//! What a template may not hide: transforms, includes, members that are there twice.

use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

use super::template_errors::{problem, shop};

#[test]
fn values_of_other_stacks_are_reported() {
    for (id, expected) in [
        ("!GetAtt Nested.Outputs.Api", "an output of a nested stack"),
        ("!ImportValue api", "`Fn::ImportValue` cannot be evaluated"),
    ] {
        let text = format!(
            "Resources: {{A: {{Type: AWS::ApiGateway::RestApi}}, M: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: {id}}}}}}}"
        );
        let problem = problem(&Template::from_text(&text).unwrap());
        assert!(
            problem.contains("at `/Resources/M/Properties/RestApiId`"),
            "{problem}"
        );
        assert!(problem.contains(expected), "{problem}");
    }
    let other_macro = shop(
        "{openapi: 3.0.1, paths: {}, Fn::Transform: {Name: Mine}}",
        "",
    );
    let problem = problem(&other_macro);
    assert!(
        problem.contains("it is not known what the macro `Mine` does"),
        "{problem}"
    );
}

#[test]
fn transforms_are_never_overlooked() {
    for body in [
        "{openapi: 3.0.1, paths: {/a: {get: {Fn::Transform: {Name: Mine}}}}}",
        "{openapi: 3.0.1, paths: {/a: {get: {security: [], Fn::Transform: {Name: Mine}}}}}",
        "{openapi: 3.0.1, paths: {/a: {get: {}, Fn::Transform: {Name: Mine}}}}",
        "{openapi: 3.0.1, paths: {Fn::Transform: {Name: Mine}}}",
        "{openapi: 3.0.1, paths: {}, components: {Fn::Transform: {Name: Mine}}}",
        "{openapi: 3.0.1, paths: {}, components: {securitySchemes: {Fn::Transform: {Name: Mine}}}}",
        "{openapi: 3.0.1, paths: {}, components: {securitySchemes: {a: {type: apiKey, Fn::Transform: {Name: Mine}}}}}",
    ] {
        let problem = problem(&shop(body, ""));
        assert!(
            problem.contains("`Fn::Transform` cannot be evaluated"),
            "{body}: {problem}"
        );
        let by_itself = body.replacen("{openapi: 3.0.1, ", "openapi: 3.0.1\n", 1);
        let by_itself = by_itself
            .strip_suffix('}')
            .unwrap()
            .replace("}, components", "}\ncomponents");
        let error = ApiDefinition::from_openapi(&by_itself).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`Fn::Transform` cannot be evaluated"),
            "{by_itself}: {error}"
        );
    }
}

#[test]
fn a_duplicate_member_is_an_error_where_the_template_is_evaluated() {
    for (body, more, expected) in [
        (
            "!If [A, a, b]",
            "Conditions: {A: !Equals [a, a], A: !Equals [a, b]}\n",
            "at `/Conditions`: the member `A` is there twice",
        ),
        (
            "!If [A, a, b]",
            "Conditions: {A: {Fn::Equals: [a, a], Fn::Equals: [a, b]}}\n",
            "at `/Conditions/A`: the member `Fn::Equals` is there twice",
        ),
        (
            "!FindInMap [M, a, b]",
            "Mappings: {M: {a: {b: c, b: d}}}\n",
            "at `/Mappings/M/a`: the member `b` is there twice",
        ),
        (
            "{Fn::Sub: a, Fn::Sub: b}",
            "",
            "/Body`: the member `Fn::Sub` is there twice",
        ),
        (
            "{}",
            "Parameters: {It: {Type: String}, It: {Type: Number}}\n",
            "at `/Parameters`: the member `It` is there twice",
        ),
    ] {
        let problem = problem(&shop(body, more));
        assert!(problem.contains(expected), "{body}: {problem}");
    }
}

#[test]
fn an_unknown_top_level_include_is_never_overlooked() {
    let text = "Transform: [{Name: AWS::Include, Parameters: {Location: more.yaml}}]\n";
    let template = shop("{openapi: 3.0.1, paths: {}}", text);
    let problem = problem(&template);
    assert!(
        problem.contains("`AWS::Include` inserts `more.yaml`, whose content is not known"),
        "{problem}"
    );
    let globals = "Globals: {Api: {Auth: {DefaultAuthorizer: gate}}}\n";
    assert!(template.clone().include("more.yaml", globals).api().is_ok());
    let own = shop("{openapi: 3.0.1, paths: {}}", &(text.to_owned() + globals));
    let twice = own
        .include("more.yaml", globals)
        .api()
        .unwrap_err()
        .to_string();
    assert!(
        twice.contains("at `more.yaml#/Globals`: the template has another section `Globals`"),
        "{twice}"
    );
}
