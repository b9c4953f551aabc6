//! Any text: the readers of OpenAPI and CloudFormation never panic, what is written reads back as the same, and a layer is
//! built or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lambda_authorizer::{AuthorizerResponse, authorizer_fn, openapi::ApiDefinition};

fuzz_target!(|text: &str| {
    for definition in [
        ApiDefinition::from_openapi(text),
        ApiDefinition::from_cloudformation(text),
    ] {
        match definition {
            Ok(definition) => check(definition),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});

fn check(mut definition: ApiDefinition) {
    let written = definition.to_openapi();
    let again = ApiDefinition::from_openapi(&written.to_string()).expect("what was written");
    assert_eq!(again.to_openapi(), written);
    let names: Vec<_> = definition
        .authorizers()
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in names {
        let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
        definition = definition
            .authorizer(&name, authorizer)
            .expect("a name of the document");
    }
    let _ = definition.into_layer();
}
