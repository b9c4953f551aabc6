//! Templates that cannot be evaluated.

use std::fmt::Write;

use tower_lambda_authorizer::openapi::{ApiDefinition, DefinitionError, Template};

const SHOP: &str = "Resources: {Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Name: !Ref It, Body: BODY}}}\n";

fn shop(body: &str, more: &str) -> Template {
    Template::from_text(&(more.to_owned() + &SHOP.replace("BODY", body))).unwrap()
}

fn problem(template: &Template) -> String {
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
fn a_doubled_member_is_an_error_where_the_template_is_evaluated() {
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
