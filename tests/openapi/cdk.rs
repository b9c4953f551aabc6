//! The output of `cdk synth` for an app with a REST API and an HTTP API.

use std::time::Duration;

use tower_lambda_authorizer::openapi::Template;

use crate::sam::listed;

const SYNTHESISED: &str = include_str!("cdk.template.json");

#[test]
fn both_apis_are_read() {
    // The CDK adds this if the region is not fixed. Its condition does not matter.
    let metadata = r#"{"Conditions": {"CDKMetadataAvailable": {"Fn::Or": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
        {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}]}}, "Resources": {"CDKMetadata": {"Type": "AWS::CDK::Metadata",
        "Properties": {"Analytics": "v2:"}, "Condition": "CDKMetadataAvailable"},"#;
    let text = SYNTHESISED.replacen("{\n \"Resources\": {", metadata, 1);
    assert_ne!(text, SYNTHESISED);
    let template = Template::from_text(&text).unwrap();
    let apis = template.apis().unwrap();
    assert_eq!(apis, ["BillsDE67BFC8", "LookDF781E96"]);

    let rest = template.api_named(&apis[0]).unwrap();
    let gate = "Gate3038665D";
    let options = ["/", "/bills", "/bills/{id}", "/health"].map(|path| format!("OPTIONS {path} -"));
    let mut expected = vec![
        format!("GET /bills {gate}"),
        "GET /health -".to_owned(),
        format!("PUT /bills/{{id}} {gate}"),
    ];
    expected.extend(options);
    expected.sort();
    assert_eq!(listed(&rest), expected);
    let (_, authorizer) = rest.authorizers().next().unwrap();
    assert_eq!(
        authorizer.identity_validation_expression(),
        Some("^Bearer [a-z]+$")
    );
    assert_eq!(authorizer.result_ttl(), Some(Duration::from_secs(60)));

    let http = template.api_named(&apis[1]).unwrap();
    assert_eq!(
        listed(&http),
        ["ANY /open/{proxy+} -", "GET /look LookLookGate6AFD65DA"]
    );
}
