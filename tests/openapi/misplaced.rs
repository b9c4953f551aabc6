//! Members that look as if they guarded something, in places where nothing reads them.

use tower_lambda_authorizer::openapi::ApiDefinition;

use crate::sam::listed;

#[test]
fn misplaced_guards_in_a_document_are_refused() {
    for (rest, place) in [
        (
            "paths: {/a: {get: {Security: [{a: []}]}}}",
            "/paths/~1a/get/Security",
        ),
        (
            "paths: {/a: {get: {securities: [{a: []}]}}}",
            "/paths/~1a/get/securities",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-authorizer: {type: token}}}}",
            "/paths/~1a/get/x-amazon-apigateway-authorizer",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-authtype: awsSigv4}}}",
            "/paths/~1a/get/x-amazon-apigateway-authtype",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-Auth: {type: AWS_IAM}}}}",
            "/paths/~1a/get/x-amazon-apigateway-Auth",
        ),
        (
            "paths: {/a: {x-amazon-apigateway-auth: {type: AWS_IAM}}}",
            "/paths/~1a/x-amazon-apigateway-auth",
        ),
        ("paths: {/a: {security: []}}", "/paths/~1a/security"),
        (
            "paths: {}\nx-amazon-apigateway-auth: {type: AWS_IAM}",
            "/x-amazon-apigateway-auth",
        ),
        ("paths: {}\nSecurity: []", "/Security"),
        (
            "paths: {/a: {get: {}}}\nx-amazon-apigateway-authorizer: {type: token}",
            "/x-amazon-apigateway-authorizer",
        ),
        (
            "paths: {/a: {x-amazon-apigateway-authorizer: {type: token}}}",
            "/paths/~1a/x-amazon-apigateway-authorizer",
        ),
        (
            "paths: {/a: {get: {authtype: custom}}}",
            "/paths/~1a/get/authtype",
        ),
        (
            "paths: {/a: {get: {authorizer: gate}}}",
            "/paths/~1a/get/authorizer",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-authorizers: [gate]}}}",
            "/paths/~1a/get/x-amazon-apigateway-authorizers",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-policy: {}}}}",
            "/paths/~1a/get/x-amazon-apigateway-policy",
        ),
        (
            "paths: {/a: {get: {x-amazon-apigateway-integration: {security: []}}}}",
            "/paths/~1a/get/x-amazon-apigateway-integration/security",
        ),
        (
            "paths: {/a: {get: {authoriser: gate}}}",
            "/paths/~1a/get/authoriser",
        ),
        (
            "paths: {/a: {get: {authorizer_name: gate}}}",
            "/paths/~1a/get/authorizer_name",
        ),
        (
            "paths: {x-amazon-apigateway-authorizer: {type: token}}",
            "/paths/x-amazon-apigateway-authorizer",
        ),
        ("paths: {}\ninfo: {security: []}", "/info/security"),
        (
            "paths: {}\ncomponents: {security: []}",
            "/components/security",
        ),
        (
            "paths: {}\ncomponents: {SecuritySchemes: {}}",
            "/components/SecuritySchemes",
        ),
    ] {
        let error = ApiDefinition::from_openapi(&format!("openapi: 3.0.1\n{rest}"));
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains(&format!("at `{place}`: nothing here reads")),
            "{rest}: {error}"
        );
    }
}

/// With such a member the scheme would be read as an API key, which something else may check.
#[test]
fn a_misspelled_authorizer_of_a_scheme_is_refused() {
    let document = |member: &str| {
        ApiDefinition::from_openapi(&format!(
            "openapi: 3.0.1\npaths: {{/a: {{get: {{security: [{{gate: []}}]}}}}}}\n\
             components: {{securitySchemes: {{gate: {{type: apiKey, in: header, name: a, {member}}}}}}}"
        ))
    };
    for member in [
        "x-amazon-apigateway-Authorizer",
        "x-amazon-apigateway-authorizers",
        "x-amazon-apigateway-authoriser",
        "authorizer",
    ] {
        let error = document(&format!("{member}: {{type: token}}")).unwrap_err();
        let place = format!("at `/components/securitySchemes/gate/{member}`: nothing here reads");
        assert!(error.to_string().contains(&place), "{error}");
    }
    let error = document("x-amazon-apigateway-AuthType: awsSigv4").unwrap_err();
    assert!(error.to_string().contains("nothing here reads"), "{error}");
    for member in [
        "x-amazon-apigateway-authorizer: {type: token}",
        "x-amazon-apigateway-authtype: awsSigv4",
        "description: authorizer",
        // Swagger 2.0 and others allow it in OAuth 2 schemes.
        "authorizationUrl: https://id.example",
    ] {
        assert!(document(member).is_ok(), "{member}");
    }
}

/// Otherwise the operation would be missing, and so would its authorizer if unknown routes are passed on.
#[test]
fn a_misspelled_any_method_is_refused() {
    for name in [
        "x-amazon-apigateway-anymethod",
        "x-amazon-apigateway-any-methods",
        "x-amazon-apigateway-any",
        "x-amazon-apigateway-Any-Method",
        "x-amazon-apigateway_any_method",
    ] {
        let document = format!("openapi: 3.0.1\npaths: {{/a: {{{name}: {{security: []}}}}}}");
        let error = ApiDefinition::from_openapi(&document).unwrap_err();
        let says = format!("`{name}` is not a method");
        assert!(error.to_string().contains(&says), "{error}");
    }
    for name in ["x-anything", "x-amazon-apigateway-documentation"] {
        let document = format!("openapi: 3.0.1\npaths: {{/a: {{{name}: {{}}}}}}");
        let definition = ApiDefinition::from_openapi(&document).unwrap();
        assert_eq!(definition.operations().count(), 0);
    }
}

/// A misspelt `security` looks like anything.
#[test]
fn members_that_openapi_does_not_have_are_noted() {
    for (rest, name, place) in [
        (
            "paths: {/a: {get: {secruity: [{a: []}]}}}",
            "secruity",
            "/paths/~1a/get",
        ),
        (
            "paths: {/a: {get: {s\u{435}curity: []}}}",
            "s\u{435}curity",
            "/paths/~1a/get",
        ),
        ("paths: {}\nsecurty: []", "securty", "/"),
        (
            "paths: {}\ncomponents: {securityShemes: {}}",
            "securityShemes",
            "/components",
        ),
    ] {
        let definition = ApiDefinition::from_openapi(&format!("openapi: 3.0.1\n{rest}")).unwrap();
        let says = format!("does not have `{name}` at `{place}`");
        let notes = definition.notes();
        assert!(notes.len() == 1 && notes[0].contains(&says), "{notes:?}");
        assert!(definition.report().to_string().contains(&says));
    }
    // Many of them are one note.
    let many: Vec<_> = (0..500).map(|index| format!("member{index}: 1")).collect();
    let document = format!(
        "openapi: 3.0.1\npaths: {{/a: {{get: {{{}}}}}}}",
        many.join(", ")
    );
    let notes = ApiDefinition::from_openapi(&document).unwrap().notes();
    assert!(
        notes.len() < 30 && notes.concat().contains("480 more"),
        "{notes:?}"
    );
    for text in [
        "swagger: '2.0'\nhost: a\nbasePath: /\nschemes: [https]\nconsumes: []\nproduces: []\nparameters: {}\nresponses: {}\n\
         definitions: {}\npaths: {/a: {get: {consumes: [], produces: [], schemes: [], operationId: a, tags: []}}}",
        "openapi: 3.1.0\njsonSchemaDialect: a\nservers: []\nwebhooks: {}\ntags: []\nexternalDocs: {}\n\
         components: {schemas: {}, pathItems: {}, links: {}, x-a: 1}\nx-b: 2\npaths: {/$default: \
         {x-amazon-apigateway-any-method: {isDefaultRoute: true, requestBody: {}, callbacks: {}, deprecated: true, x-c: 3}}}",
    ] {
        let notes = ApiDefinition::from_openapi(text).unwrap().notes();
        assert!(notes.is_empty(), "{notes:?}");
    }
}

#[test]
fn a_reference_instead_of_an_operation_is_refused() {
    let document = "openapi: 3.0.1\npaths: {/a: {get: {$ref: '#/x-operations/a'}}}";
    let error = ApiDefinition::from_openapi(document).unwrap_err();
    assert!(
        error.to_string().starts_with("at `/paths/~1a/get/$ref`"),
        "{error}"
    );
}

#[test]
fn the_extension_for_iam_is_read_in_any_case() {
    let read = |auth: &str| {
        let text =
            format!("openapi: 3.0.1\npaths: {{/a: {{get: {{x-amazon-apigateway-auth: {auth}}}}}}}");
        ApiDefinition::from_openapi(&text)
    };
    for auth in ["{type: none}", "{type: NONE}", "{type: None}", "none"] {
        let definition = read(auth).unwrap();
        assert_eq!(listed(&definition), ["GET /a -"], "{auth}");
        assert!(definition.into_layer().is_ok(), "{auth}");
    }
    for auth in ["{type: AWS_IAM}", "{type: aws_iam}"] {
        let error = read(auth).unwrap().into_layer().unwrap_err().to_string();
        assert!(error.contains("`AWS_IAM` is IAM authorization"), "{error}");
    }
    for auth in ["{type: jwt}", "{}", "{Type: AWS_IAM, type: NONE}"] {
        assert!(read(auth).is_err(), "{auth}");
    }
}

#[test]
fn schemes_in_the_place_of_the_other_openapi_version_are_noted() {
    let scheme = "{gate: {type: apiKey, in: header, name: a, x-amazon-apigateway-authorizer: {type: token}}}";
    for (text, place) in [
        (
            format!("openapi: 3.0.1\npaths: {{}}\nsecurityDefinitions: {scheme}"),
            "`/securityDefinitions`",
        ),
        (
            format!("swagger: '2.0'\npaths: {{}}\ncomponents: {{securitySchemes: {scheme}}}"),
            "`/components/securitySchemes`",
        ),
    ] {
        let notes = ApiDefinition::from_openapi(&text).unwrap().notes();
        assert!(notes.len() == 1 && notes[0].contains(place), "{notes:?}");
    }
    for text in [
        format!("openapi: 3.0.1\npaths: {{}}\ncomponents: {{securitySchemes: {scheme}}}"),
        format!("swagger: '2.0'\npaths: {{}}\nsecurityDefinitions: {scheme}"),
    ] {
        let definition = ApiDefinition::from_openapi(&text).unwrap();
        assert!(definition.notes().is_empty());
        assert_eq!(definition.authorizers().count(), 1);
    }
}
