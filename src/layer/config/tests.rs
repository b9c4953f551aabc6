use super::*;

/// The parsed authorizer and the time to live, or the error.
fn read(config: &str, api_type: ApiType) -> Result<String, String> {
    let config: AuthorizerConfig =
        serde_json::from_str(config).map_err(|error| error.to_string())?;
    let kind = config.for_api_type(api_type).into_kind();
    let (kind, ttl) = kind.map_err(|error| error.to_string())?;
    Ok(format!("{kind:?} {ttl:?}"))
}

fn same(api_type: ApiType, spellings: &[&str]) {
    let (first, others) = spellings.split_first().unwrap();
    let expected = read(first, api_type).unwrap();
    for other in others {
        assert_eq!(read(other, api_type).as_ref(), Ok(&expected), "{other}");
    }
}

#[test]
fn a_rest_api_s_authorizer_is_read_as_each_tool_prints_it() {
    same(
        ApiType::Rest,
        &[
            // CreateAuthorizer
            r#"{"type": "TOKEN", "identitySource": "method.request.header.X", "identityValidationExpression": "a+", "authorizerResultTtlInSeconds": 60}"#,
            // boto3
            r#"{"ResponseMetadata": {"HTTPStatusCode": 200}, "id": "x1", "name": "n", "type": "TOKEN", "authType": "custom", "authorizerUri": "u", "identitySource": "method.request.header.X", "identityValidationExpression": "a+", "authorizerResultTtlInSeconds": 60}"#,
            // The SDK for JavaScript
            r#"{"$metadata": {"httpStatusCode": 200}, "id": "x1", "type": "TOKEN", "identitySource": "method.request.header.X", "identityValidationExpression": "a+", "authorizerResultTtlInSeconds": 60}"#,
            // get-authorizers
            r#"{"items": [{"id": "x1", "type": "TOKEN", "identitySource": "method.request.header.X", "identityValidationExpression": "a+", "authorizerResultTtlInSeconds": 60}], "position": "p", "$metadata": {}}"#,
            // The extension of an API document
            r#"{"type": "token", "authorizerUri": "u", "authorizerCredentials": "c", "identitySource": "method.request.header.X", "identityValidationExpression": "a+", "authorizerResultTtlInSeconds": 60}"#,
            // A template
            r#"{"Type": "AWS::ApiGateway::Authorizer", "DependsOn": ["Api"], "Properties": {"RestApiId": {"Ref": "Api"}, "Type": "TOKEN", "AuthorizerUri": {"Fn::Sub": "u"}, "AuthorizerCredentials": "c", "AuthType": "custom", "ProviderARNs": [], "IdentitySource": "method.request.header.X", "IdentityValidationExpression": "a+", "AuthorizerResultTtlInSeconds": "60"}}"#,
            r#"{"RestApiId": "a1", "Type": "TOKEN", "Name": "n", "IdentitySource": "method.request.header.X", "IdentityValidationExpression": "a+", "AuthorizerResultTtlInSeconds": 60}"#,
        ],
    );
}

#[test]
fn an_http_api_s_authorizer_is_read_as_each_tool_prints_it() {
    same(
        ApiType::Http,
        &[
            // CreateAuthorizer
            r#"{"authorizerType": "REQUEST", "identitySource": ["$request.header.X"], "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true, "authorizerResultTtlInSeconds": 60}"#,
            // The CLI and boto3
            r#"{"AuthorizerId": "x1", "AuthorizerCredentialsArn": "c", "AuthorizerPayloadFormatVersion": "2.0", "AuthorizerResultTtlInSeconds": 60, "AuthorizerType": "REQUEST", "AuthorizerUri": "u", "EnableSimpleResponses": true, "IdentitySource": ["$request.header.X"], "Name": "n", "tags": {}, "ResponseMetadata": {}}"#,
            // The SDK for JavaScript, a list
            r#"{"NextToken": "t", "Items": [{"AuthorizerId": "x1", "ApiGatewayManaged": false, "AuthorizerPayloadFormatVersion": "2.0", "AuthorizerResultTtlInSeconds": 60, "AuthorizerType": "REQUEST", "EnableSimpleResponses": true, "IdentitySource": ["$request.header.X"], "Tags": {"a": "b"}}]}"#,
            // The extension of an API document
            r#"{"type": "request", "authorizerUri": "u", "identitySource": "$request.header.X", "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true, "authorizerResultTtlInSeconds": "60"}"#,
            // A template, whose scalars may be strings or numbers
            r#"{"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": {"ApiId": {"Ref": "Api"}, "AuthorizerType": "REQUEST", "AuthorizerPayloadFormatVersion": 2.0, "EnableSimpleResponses": "true", "AuthorizerResultTtlInSeconds": "60", "IdentitySource": ["$request.header.X"]}}"#,
            r#"{"ApiId": "a1", "AuthorizerType": "REQUEST", "AuthorizerPayloadFormatVersion": 2, "EnableSimpleResponses": true, "AuthorizerResultTtlInSeconds": 60, "IdentitySource": ["$request.header.X"]}"#,
        ],
    );
}

#[test]
fn a_websocket_api_s_authorizer_is_read_as_each_tool_prints_it() {
    same(
        ApiType::WebSocket,
        &[
            r#"{"authorizerType": "REQUEST", "identitySource": ["route.request.header.X"]}"#,
            r#"{"authorizerType": "Request", "identitySource": ["route.request.header.X"]}"#,
            r#"{"AuthorizerId": "x1", "AuthorizerType": "REQUEST", "AuthorizerUri": "u", "IdentitySource": ["route.request.header.X"], "Name": "n"}"#,
            r#"{"Items": [{"AuthorizerType": "REQUEST", "IdentitySource": ["route.request.header.X"], "JwtConfiguration": null}]}"#,
        ],
    );
}

#[test]
fn anything_other_than_one_lambda_authorizer_is_refused_with_a_remedy() {
    let one = r#"{"type": "TOKEN", "identitySource": "method.request.header.X"}"#;
    for (config, api_type, hint) in [
        (
            r#"{"AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"], "JwtConfiguration": {"Audience": ["a"], "Issuer": "https://issuer.example"}}"#.to_owned(),
            ApiType::Http,
            "verify it in an `Authorizer` of your own",
        ),
        (
            r#"{"authorizerType": "JWT", "identitySource": "$request.header.Authorization", "authorizerPayloadFormatVersion": "2.0"}"#.to_owned(),
            ApiType::Http,
            "verify them in an `Authorizer` of your own",
        ),
        (
            r#"{"type": "COGNITO_USER_POOLS", "identitySource": "method.request.header.X", "providerARNs": ["p"]}"#.to_owned(),
            ApiType::Rest,
            "verify them in an `Authorizer` of your own",
        ),
        (format!(r#"{{"items": [{one}, {one}]}}"#), ApiType::Rest, "`items` has 2 authorizers"),
        (r#"{"items": []}"#.to_owned(), ApiType::Rest, "`items` has 0 authorizers"),
        (format!(r#"{{"items": [{one}], "type": "TOKEN"}}"#), ApiType::Rest, "beside other members"),
        (format!(r#"{{"items": [{one}], "Items": [{one}]}}"#), ApiType::Rest, "duplicate field `items`"),
        (format!(r#"{{"items": [{{"items": [{one}]}}]}}"#), ApiType::Rest, "unknown field `items`"),
        (r#"{"items": [["TOKEN"]]}"#.to_owned(), ApiType::Rest, "expected an object"),
        (format!(r#"{{"Properties": {one}}}"#), ApiType::Rest, "the resource's `Type`"),
        (format!(r#"{{"Type": "AWS::Lambda::Function", "Properties": {one}}}"#), ApiType::Rest, "the resource's `Type`"),
        (format!(r#"{{"Type": "AWS::ApiGateway::Authorizer", "Properties": {one}, "identitySource": ""}}"#), ApiType::Rest, "the resource's `Type`"),
        (r#"{"type": "TOKEN", "AuthorizerType": "REQUEST"}"#.to_owned(), ApiType::Rest, "duplicate field"),
        (r#"{"identitySource": "method.request.header.X"}"#.to_owned(), ApiType::Rest, "missing field `type`"),
        (r#"{"type": "TOKEN", "identitySources": "x"}"#.to_owned(), ApiType::Rest, "unknown field `identitySources`"),
        (r#"{"type": "TOKEN", "authorizerResultTtlInSeconds": "+60"}"#.to_owned(), ApiType::Rest, "a whole number of seconds"),
        (r#"{"type": "TOKEN", "authorizerResultTtlInSeconds": 0.5}"#.to_owned(), ApiType::Rest, "a whole number of seconds"),
        (r#"{"type": "REQUEST", "authorizerPayloadFormatVersion": 1.5}"#.to_owned(), ApiType::Http, "is `1.5`"),
        (r#"{"type": "REQUEST", "authorizerPayloadFormatVersion": "2"}"#.to_owned(), ApiType::Http, "is `2`"),
        (r#"{"type": "REQUEST", "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": "yes"}"#.to_owned(), ApiType::Http, "`true` or `false`"),
    ] {
        let error = read(&config, api_type).unwrap_err();
        assert!(error.contains(hint), "{config}: {error}");
    }
}

#[test]
fn the_error_suggests_the_source_for_a_bare_header_or_another_api_s_source() {
    let rest = |source: &str| format!(r#"{{"type": "REQUEST", "identitySource": {source}}}"#);
    let http = |source: &str| {
        format!(
            r#"{{"type": "REQUEST", "authorizerPayloadFormatVersion": "2.0", "identitySource": {source}}}"#
        )
    };
    for (config, api_type, meant) in [
        (
            rest(r#""Authorization""#),
            ApiType::Rest,
            "method.request.header.Authorization",
        ),
        (
            rest(r#"["X-Api-Key"]"#),
            ApiType::Rest,
            "method.request.header.X-Api-Key",
        ),
        (
            http(r#"["Authorization"]"#),
            ApiType::Http,
            "$request.header.Authorization",
        ),
        (
            rest(r#"["Authorization"]"#),
            ApiType::WebSocket,
            "route.request.header.Authorization",
        ),
        (
            rest(r#""$request.header.X""#),
            ApiType::Rest,
            "method.request.header.X",
        ),
        (
            http(r#""method.request.querystring.x""#),
            ApiType::Http,
            "$request.querystring.x",
        ),
        (
            http(r#""context.identity.sourceIp""#),
            ApiType::Http,
            "$context.identity.sourceIp",
        ),
        (
            rest(r#""method.request.headers.X""#),
            ApiType::Rest,
            "method.request.header.X",
        ),
        (
            http(r#""$request.queryString.x""#),
            ApiType::Http,
            "$request.querystring.x",
        ),
        (
            r#"{"type": "TOKEN", "identitySource": "Method.Request.Header.X"}"#.to_owned(),
            ApiType::Rest,
            "method.request.header.X",
        ),
    ] {
        let error = read(&config, api_type).unwrap_err();
        assert!(
            error.contains(&format!("did you mean `{meant}`?")),
            "{error}"
        );
    }
    // These have no similar source on the API.
    for (config, api_type) in [
        (rest(r#""method.request.path.id""#), ApiType::Rest),
        (rest(r#""a b""#), ApiType::Rest),
        (http(r#""context.resourcePath""#), ApiType::Http),
        (
            r#"{"type": "TOKEN", "identitySource": "$request.querystring.x"}"#.to_owned(),
            ApiType::Rest,
        ),
        (rest(r#""method.request.headers.a b""#), ApiType::Rest),
    ] {
        let error = read(&config, api_type).unwrap_err();
        assert!(error.contains("is not an identity source"), "{error}");
        assert!(!error.contains("did you mean"), "{error}");
    }
}

#[test]
fn null_is_refused_as_the_value_of_a_setting() {
    for member in [
        "authorizerResultTtlInSeconds",
        "authorizerPayloadFormatVersion",
        "enableSimpleResponses",
    ] {
        let config = format!(r#"{{"type": "TOKEN", "{member}": null}}"#);
        let error = read(&config, ApiType::Rest).unwrap_err();
        assert!(error.contains(member), "{error}");
    }
}
