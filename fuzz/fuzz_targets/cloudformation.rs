//! Any template, and any file that it includes: working it out never panics and is bounded, whatever is known of it, and
//! what is read can be written.
//!
//! The input is the template, a line `=====`, and the text of every file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

fuzz_target!(|input: &str| {
    let (text, file) = input.split_once("\n=====\n").unwrap_or((input, ""));
    let Ok(template) = Template::from_text(text) else {
        return;
    };
    let file = file.to_owned();
    let with_files = template.clone().include_with(move |_| Ok(file.clone()));
    let told = with_files
        .clone()
        .parameter("Stage", "live")
        .parameter("AWS::Region", "eu-west-1");
    for template in [template, with_files, told] {
        let Ok(apis) = template.apis() else {
            continue;
        };
        for api in apis.iter().take(4) {
            match template.api_named(api) {
                Ok(definition) => check(&definition),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
});

fn check(definition: &ApiDefinition) {
    let written = definition.to_openapi();
    let again = ApiDefinition::from_openapi(&written.to_string()).expect("what was written");
    assert_eq!(again.to_openapi(), written);
}
