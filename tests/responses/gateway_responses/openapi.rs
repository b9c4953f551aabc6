//! The OpenAPI extension `x-amazon-apigateway-gateway-responses`.

use super::*;

#[test]
fn the_extension_that_was_read_is_written_unchanged() {
    for extension in [
        json!({}),
        json!({"UNAUTHORIZED": {}}),
        json!({"UNAUTHORIZED": {"statusCode": "404"}}),
        json!({"DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.X-Stage": "context.stage"}}}),
        json!({"DEFAULT_5XX": {"responseTemplates": {"Text/Plain; a=b": "$context.error.message"}}}),
    ] {
        let read = GatewayResponses::from_openapi(&extension).unwrap();
        assert_eq!(read.to_openapi(), extension);
    }
}

/// The form in which API Gateway's management API returns a response.
#[test]
fn members_without_effect_are_ignored() {
    let told = json!({"UNAUTHORIZED": {
        "responseType": "UNAUTHORIZED",
        "defaultResponse": true,
        "statusCode": null,
        "responseParameters": null,
        "responseTemplates": {"text/plain": "no"},
        "unknown": null,
    }});
    let read = GatewayResponses::from_openapi(&told).unwrap();
    let written = json!({"UNAUTHORIZED": {"responseTemplates": {"text/plain": "no"}}});
    assert_eq!(read.to_openapi(), written);
}

#[test]
fn a_status_is_a_number_of_three_digits() {
    let read = |status: Value| {
        let extension = json!({"UNAUTHORIZED": {"statusCode": status}});
        GatewayResponses::from_openapi(&extension).map(|read| read.to_openapi())
    };
    let written = json!({"UNAUTHORIZED": {"statusCode": "404"}});
    assert_eq!(read(json!(404)).unwrap(), written);
    assert_eq!(read(json!("404")).unwrap(), written);
    for status in [
        json!("0404"),
        json!("4040"),
        json!("40"),
        json!("+404"),
        json!("+40"),
        json!(" 404"),
        json!(404.5),
        json!(-404),
        json!(65536 + 404),
        json!([404]),
    ] {
        let error = read(status.clone()).unwrap_err().to_string();
        assert!(
            error.contains("`UNAUTHORIZED.statusCode` of the gateway responses must be"),
            "{status}: {error}"
        );
        assert!(error.ends_with(&format!(", not `{status}`")), "{error}");
    }
}
