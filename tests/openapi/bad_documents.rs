//! Bad OpenAPI documents result in errors with a place and a remedy, in bounded time.

use std::time::Duration;

use tower_lambda_authorizer::openapi::{ApiDefinition, DefinitionError};

use crate::{
    server::{PETSTORE, PETSTORE_SWAGGER},
    thread_time::thread_time,
};

fn problem(text: &str) -> String {
    let before = thread_time();
    let error = ApiDefinition::from_openapi(text).unwrap_err().to_string();
    let took = thread_time() - before;
    assert!(took < Duration::from_secs(20), "{took:?}: {error}");
    assert!(error.len() < 4000, "a message of {} bytes", error.len());
    error
}

#[test]
fn each_mistake_is_reported_with_its_place() {
    let open_api = |rest: &str| format!("openapi: 3.0.1\n{rest}");
    for (text, expected) in [
        ("", "at `/`: this is not an OpenAPI document"),
        ("hello", "at `/`: this is not an OpenAPI document"),
        (
            "api/export.yaml",
            "It is only the text `api/export.yaml`. If this is the name of a file, pass the file's content",
        ),
        ("[1, 2]", "at `/`: this is not an OpenAPI document"),
        ("{", "as JSON: EOF"),
        (
            "{\"openapi\": \"3.0.1\", \"openapi\": \"3.0.1\"}",
            "`openapi` is there twice at line 1",
        ),
        (
            "swagger: '2.0'\nswagger: '2.0'",
            "`swagger` is there twice at line 2 column 1",
        ),
        (
            "openapi: 4.0.0\npaths: {}",
            "at `/openapi`: expected the version",
        ),
        (
            "swagger: '1.2'\npaths: {}",
            "at `/swagger`: expected the version",
        ),
        (
            "openapi: 3.0.1\nswagger: '2.0'\npaths: {}",
            "keep one of the two",
        ),
        ("openapi: 3.0.1", "needs `paths`"),
        ("Resources: {}", "`from_cloudformation`"),
    ] {
        let problem = problem(text);
        assert!(problem.contains(expected), "{text}: {problem}");
    }
    for (rest, expected) in [
        ("paths: []", "at `/paths`: expected an object, found a list"),
        (
            "paths: {pets: {get: {}}}",
            "at `/paths/pets`: `pets` is not a path",
        ),
        (
            "paths: {'/a{b}': {get: {}}}",
            "at `/paths/~1a{b}`: `/a{b}` is not a path",
        ),
        (
            "paths: {/a: {GET: {}}}",
            "at `/paths/~1a/GET`: `GET` is not a method",
        ),
        ("paths: {/a: {$ref: x}}", "at `/paths/~1a/$ref`: references"),
        (
            "paths: {/a: {get: }}",
            "at `/paths/~1a/get`: expected an object, found nothing",
        ),
        (
            "paths: {/a: {get: {security: }}}",
            "at `/paths/~1a/get/security`: expected a list",
        ),
        (
            "paths: {/a: {get: {security: {x: []}}}}",
            "at `/paths/~1a/get/security`: expected a list",
        ),
        (
            "paths: {/a: {get: {security: [x]}}}",
            "at `/paths/~1a/get/security/0`: expected an object",
        ),
        (
            "paths: {/a: {get: {security: [{x: 1}]}}}",
            "at `/paths/~1a/get/security/0/x`: expected a list",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-auth: {type: X}}}}",
            "`NONE` or `AWS_IAM`",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {a: 1}}",
            "at `/components/securitySchemes/a`",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {a: {$ref: x}}}",
            "needs a `type`",
        ),
        (
            "paths: {}\nx-amazon-apigateway-gateway-responses: []",
            "expected an object",
        ),
        ("paths: {}\nsecurity: [1]", "at `/security/0`"),
    ] {
        let problem = problem(&open_api(rest));
        assert!(problem.contains(expected), "{rest}: {problem}");
    }
}

#[test]
fn each_mistake_in_an_authorizer_is_reported_with_its_place() {
    for (authorizer, expected) in [
        ("{}", "needs a `type`"),
        (
            "{type: tokens}",
            "/x-amazon-apigateway-authorizer/type`: expected `token`, `request`",
        ),
        ("{type: !Ref X}", "`Ref` cannot be evaluated"),
        (
            "{type: token, identitySources: x}",
            "`identitySources` is not allowed here",
        ),
        (
            "{type: token, authorizerResultTtlInSeconds: -1}",
            "expected a whole number, found `-1`",
        ),
        (
            "{type: token, authorizerResultTtlInSeconds: soon}",
            "found `soon`",
        ),
        (
            "{type: request, enableSimpleResponses: 1}",
            "`true` or `false`",
        ),
        (
            "{type: request, identitySource: [[]]}",
            "expected a string, found a list",
        ),
    ] {
        let text = format!(
            "openapi: 3.0.1\npaths: {{}}\ncomponents: {{securitySchemes: {{a: {{type: apiKey, name: x, \
             in: header, x-amazon-apigateway-authorizer: {authorizer}}}}}}}"
        );
        let problem = problem(&text);
        assert!(
            problem.starts_with("at `/components/securitySchemes/a/"),
            "{problem}"
        );
        assert!(problem.contains(expected), "{authorizer}: {problem}");
    }
    let in_query = PETSTORE.replacen(r#""in": "header""#, r#""in": "query""#, 1);
    let problem = problem(&in_query);
    assert!(
        problem.starts_with("at `/components/securitySchemes/keepers/in`: expected `header`"),
        "{problem}"
    );
}

#[test]
fn duplicates_are_refused_in_both_formats() {
    let twice = PETSTORE.replace(r#""tenants": {"#, r#""keepers": {"#);
    assert!(problem(&twice).contains("the member `keepers` is there twice at line"));
    let twice = PETSTORE_SWAGGER.replace("  tenants:\n", "  keepers:\n");
    assert!(problem(&twice).contains("the member `keepers` is there twice at line"));
}

/// With YAML 1.1, which AWS reads, each of these documents guards `GET /a`. With YAML 1.2 it does not.
#[test]
fn yaml_that_readers_understand_differently_is_refused() {
    let document = |before: &str, operation: &str| {
        format!(
            "openapi: 3.0.1
components: {{securitySchemes: {{gate: {{type: apiKey, in: header, name: Authorization, \
             x-amazon-apigateway-authorizer: {{type: token}}}}}}}}
{before}
paths: {{/a: {{get: {operation}}}}}"
        )
    };
    let guard = "security: [{gate: []}]";
    for character in ["\u{85}", "\u{2028}", "\u{2029}"] {
        let code = format!("U+{:04X}", character.chars().next().map_or(0, u32::from));
        for text in [
            document(&format!("# a comment{character}{guard}"), "{}"),
            document("", &format!("{{{character}{guard}}}")),
            document(&format!("info: {{}}{character}{guard}"), "{}"),
        ] {
            let problem = problem(&text);
            assert!(
                problem.contains(&code) && problem.contains("line "),
                "{text}: {problem}"
            );
        }
        let in_json =
            format!("{{\"openapi\": \"3.0.1\", \"paths\": {{}}, \"info\": \"{character}\"}}");
        assert!(ApiDefinition::from_openapi(&in_json).is_ok());
    }
    // For others, this character is a part of the name.
    assert!(problem(&document("\u{feff}security: [{gate: []}]", "{}")).contains("U+FEFF"));
    let escaped = document("info: {title: \"\\u2028\\uFEFF\"}", "{}");
    assert!(ApiDefinition::from_openapi(&format!("\u{feff}{escaped}")).is_ok());
    for operation in [
        "{?security: [{gate: []}]}",
        "{security: [{?gate: []}]}",
        "{security: [?gate: []]}",
    ] {
        let problem = problem(&document("", operation));
        assert!(
            problem.contains("begins with `?`"),
            "{operation}: {problem}"
        );
    }
    let quoted = document("info: {title: '?'}", "{'?x': 1}");
    assert!(ApiDefinition::from_openapi(&quoted).is_ok());
}

#[test]
fn two_authorizers_for_one_operation_are_named() {
    for security in [
        r#"[{ "keepers": [] }, { "tenants": [] }]"#,
        r#"[{ "keepers": [], "tenants": [] }]"#,
    ] {
        let both = PETSTORE.replacen(r#"[{ "keepers": [] }]"#, security, 1);
        assert_eq!(
            problem(&both),
            "at `/paths/~1pets/post/security`: API Gateway allows one authorizer per method, and this names \
             `keepers`, `tenants`; keep one"
        );
    }
}

#[test]
fn conflicting_paths_are_named() {
    for (paths, expected) in [
        (
            "{'/a/{x}': {get: {}}, '/a/{y}': {get: {}}}",
            "`GET /a/{y}`: its parameter `y` is in the place where",
        ),
        (
            "{/a: {get: {}}, /a/: {get: {}}}",
            "`GET /a`: the same method of the same path",
        ),
        (
            "{'/{a+}': {get: {}}, '/{b+}': {put: {}}}",
            "`PUT /{b+}`: the path `/{a+}` matches the same",
        ),
    ] {
        let definition = ApiDefinition::from_openapi(&format!("openapi: 3.0.1\npaths: {paths}"));
        let error = definition.unwrap().into_layer().unwrap_err();
        assert!(matches!(error, DefinitionError::Conflict { .. }));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn alias_bombs_deep_nesting_and_large_documents_fail_quickly() {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert!(problem(&laughs).contains("more than 1000000 values"));

    for unit in [
        "[", "{\"a\":", "- ", "a: {b: ", "? ", "!x ", "&a ", "\"", "'", "|\n", "%", "{{", "*",
    ] {
        for prefix in ["", "{\"a\": ", "a: "] {
            let _ = problem(&format!("{prefix}{}", unit.repeat((1 << 18) / unit.len())));
        }
    }
    let million = "x".repeat(4 << 20);
    let _ = problem(&million);
    let _ = problem(&format!(
        "openapi: 3.0.1\npaths: {{'/{million}{{': {{get: {{}}}}}}"
    ));
    let _ = problem(&format!("openapi: {million}\npaths: {{}}"));
    let _ = problem(&format!(
        "openapi: 3.0.1\npaths: {{/a: {{{million}: {{}}}}}}"
    ));
    assert!(problem(&"x".repeat(17 << 20)).contains("16777216 are allowed"));

    let mut many = "openapi: 3.0.1\npaths:\n".to_owned();
    for index in 0..50_000 {
        many.push_str(&format!(
            "  /p{index}/{{a}}: {{get: {{security: [{{nobody{index}: []}}]}}}}\n"
        ));
    }
    let definition = ApiDefinition::from_openapi(&many).unwrap();
    let error = definition.into_layer().unwrap_err().to_string();
    assert!(
        error.contains("`nobody0` is not defined") && error.contains("and 49980 more"),
        "{error}"
    );
}
