//! Templates that would grow or loop without limits.

use std::fmt::Write;

use tower_lambda_authorizer::openapi::{DefinitionError, Template};

use super::template_errors::{problem, shop};

#[test]
fn files_that_include_themselves_are_refused() {
    let include = |name: &str| {
        format!("Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {name}}}}}")
    };
    let template = shop(&format!("{{{}}}", include("a")), "")
        .include("a", include("b"))
        .include("b", include("a"));
    let problem = problem(&template);
    assert!(
        problem.contains("at `b#/Fn::Transform`: the file `a` includes itself"),
        "{problem}"
    );

    let twice = Template::from_text(&include("a").replace("Fn::Transform", "Transform")).unwrap();
    let twice = twice.include("a", "Resources: {A: {Type: AWS::ApiGateway::RestApi}}");
    assert!(twice.api().is_ok());
    let scalar = shop(&format!("{{{}}}", include("a")), "").include("a", "text");
    assert!(
        scalar
            .api()
            .unwrap_err()
            .to_string()
            .contains("the file `a` is not an object")
    );
    let broken = shop(&format!("{{{}}}", include("a")), "").include("a", "a: [");
    assert!(
        broken
            .api()
            .unwrap_err()
            .to_string()
            .starts_with("the file `a`: the document cannot be read")
    );
}

#[test]
fn depth_is_bounded() {
    let mut deep = String::new();
    for _ in 0..10_000 {
        deep.push_str("{\"Fn::If\": [\"A\", 1, ");
    }
    let error = Template::from_text(&deep).unwrap_err();
    assert!(error.to_string().contains("recursion limit"), "{error}");

    // Each condition depends on the next one.
    let mut conditions = "Conditions:\n".to_owned();
    for index in 0..10_000 {
        let _ = writeln!(conditions, "  C{index}: !Not [Condition: C{}]", index + 1);
    }
    conditions.push_str("  C10000: !Equals [a, a]\n");
    let problem_of_chain = problem(&shop("!If [C0, a, b]", &conditions));
    assert!(
        problem_of_chain.contains("depends on a chain of more than 127 conditions"),
        "{problem_of_chain}"
    );

    // Each file alone is shallow.
    let mut template = shop(
        "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: f0}}}",
        "",
    );
    for index in 0..200 {
        let include = format!(
            "a: {{Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: f{}}}}}}}",
            index + 1
        );
        template = template.include(format!("f{index}"), include);
    }
    let problem = problem(&template.include("f200", "{}"));
    assert!(problem.contains("nested more than 127 deep"), "{problem}");
}

#[test]
fn growth_is_bounded() {
    // Ten files. Each includes the next one ten times.
    let include = |index: usize| {
        format!("Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: f{index}}}}}")
    };
    let mut template = shop(&format!("{{{}}}", include(0)), "");
    for index in 0..10 {
        let members = (0..10).map(|member| format!("m{member}: {{{}}}\n", include(index + 1)));
        template = template.include(format!("f{index}"), members.collect::<String>());
    }
    let error = template.include("f10", "{\"a\": 1}").api().unwrap_err();
    assert!(matches!(error, DefinitionError::Limit { .. }), "{error}");
    assert!(error.to_string().contains("it has more than"), "{error}");

    // One long value, repeated many times.
    let copies = vec!["!Ref It"; 1000].join(", ");
    let template = shop(
        &format!("!Join ['', [{copies}]]"),
        "Parameters: {It: {Type: String}}\n",
    );
    let error = template
        .parameter("It", "x".repeat(1 << 20))
        .api()
        .unwrap_err();
    assert!(
        error.to_string().contains("its values have more than"),
        "{error}"
    );
    assert!(error.to_string().len() < 500, "{error}");
}

#[test]
fn conditions_are_tried_a_bounded_number_of_times() {
    let mut conditions = "Conditions:\n".to_owned();
    let mut paths = "openapi: 3.0.1, paths: {".to_owned();
    for index in 0..20 {
        let _ = writeln!(
            conditions,
            "  C{index}: !Equals [!Ref AWS::Region, r{index}]"
        );
        let _ = write!(
            paths,
            "/p{index}: !If [C{index}, {{get: {{}}}}, {{get: {{summary: a}}}}], "
        );
    }
    let problem = problem(&shop(&format!("{{{paths}}}}}"), &conditions));
    assert!(
        problem.contains("depends on more unknown conditions than can be tried"),
        "{problem}"
    );
    assert!(problem.contains("set `AWS::Region`"), "{problem}");
}
