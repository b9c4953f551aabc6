//! What each variable has for each kind of decision, and the formats that are refused.

use std::time::Duration;

use axum::Router;
use tower::ServiceExt;
use tower_lambda_authorizer::{
    AuthorizerResponse, BoxAuthorizer, ConfigError, LambdaAuthorizerLayer, authorizer_fn,
    observing::{
        AccessLog,
        LogFormat::{self, Clf, Csv, Json, Xml},
    },
};

use super::{arranged, authorizer, get, layer, line, lines};

/// The authorizer's and the gateway's variables, for each way in which a decision can end.
#[tokio::test]
async fn they_say_where_a_request_was_refused() {
    let format = "$context.authorizer.status $context.authorize.status $context.status \
                  $context.error.responseType $context.responseType $context.authorizer.principalId \
                  $context.error.message";
    for (token, expected) in [
        ("good", "200 200 - - - ann -"),
        (
            "bad",
            r"200 403 403 ACCESS_DENIED ACCESS_DENIED ann User\u0020is\u0020not\u0020authorized\u0020to\u0020access\u0020this\u0020resource\u0020with\u0020an\u0020explicit\u0020deny\u0020in\u0020an\u0020identity-based\u0020policy",
        ),
        (
            "unknown",
            "401 - 401 UNAUTHORIZED UNAUTHORIZED - Unauthorized",
        ),
        (
            "broken",
            "500 - 500 AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_CONFIGURATION_ERROR - -",
        ),
        ("", "- - 401 UNAUTHORIZED UNAUTHORIZED - Unauthorized"),
    ] {
        assert_eq!(line(Clf, format, get(token)).await, expected, "{token}");
    }
}

#[tokio::test]
async fn errors_are_sentences() {
    let format = r#""$context.authorizer.error" "$context.authorize.error""#;
    for (token, expected) in [
        ("good", r#""-" "-""#),
        (
            "bad",
            r#""-" "the policy's `Statement[0]` denies `arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets/7`""#,
        ),
        (
            "broken",
            r#""the authorizer failed: no such token: ***" "-""#,
        ),
    ] {
        assert_eq!(line(Clf, format, get(token)).await, expected, "{token}");
    }
}

/// The latency is that of a call. A hit has none, and has its resource nevertheless.
#[tokio::test]
async fn a_hit_has_a_resource_and_no_latency() {
    let log = AccessLog::csv("$context.authorizer.latency,$context.resourcePath").unwrap();
    let lines = lines(layer(), log, vec![get("good"), get("good")]).await;
    let (latency, resource) = lines[0].split_once(',').unwrap();
    assert!(latency.parse::<u64>().is_ok(), "{latency}");
    assert_eq!(resource, "/pets/{petId}");
    assert_eq!(lines[1], "-,/pets/{petId}");
}

/// With axum, too, and in a router that has removed a part of the path.
#[tokio::test]
async fn a_hit_in_a_nested_router_has_its_whole_path() {
    let (note, lines) = std::sync::mpsc::channel();
    let log = AccessLog::clf("$context.path $context.resourcePath $context.routeKey").unwrap();
    let layer = LambdaAuthorizerLayer::token(authorizer())
        .result_ttl(Duration::from_secs(60))
        .unwrap()
        .observe(log.to_fn(move |line| note.send(line.to_owned()).unwrap()));
    let pets = Router::new().route("/{petId}", axum::routing::get("a cat"));
    let app = Router::new().nest("/pets", pets.route_layer(layer));
    for _ in 0..2 {
        let request = get("good").body(axum::body::Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap();
    }
    let expected = r"/local/pets/7 /pets/{petId} GET\u0020/pets/{petId}";
    assert_eq!(lines.try_iter().collect::<Vec<_>>(), [expected, expected]);
}

/// A layer in shadow lets the request through: its status is the service's.
#[tokio::test]
async fn in_shadow_there_is_no_status() {
    let format = "$context.status $context.error.responseType $context.authorize.status";
    let log = AccessLog::clf(format).unwrap();
    let lines = lines(layer().unprotected_shadow(), log, vec![get("bad")]).await;
    assert_eq!(lines, ["- ACCESS_DENIED 403"]);
}

#[tokio::test]
async fn what_only_api_gateway_knows_is_a_hyphen() {
    for name in [
        "integration.latency",
        "integration.status",
        "integrationErrorMessage",
        "responseLatency",
        "responseLength",
        "waf.status",
        "wafResponseCode",
        "authenticate.status",
        "authorize.latency",
        "authorizer.requestId",
        "authorizer.claims.sub",
        "error.validationErrorString",
        "identity.cognitoIdentityId",
        "xrayTraceId",
        "awsEndpointRequestId",
    ] {
        let written = line(Xml, &format!("$context.{name}"), get("bad")).await;
        assert_eq!(written, "-", "{name}");
    }
}

fn problem(log_format: LogFormat, format: &str) -> String {
    match AccessLog::new(log_format, format) {
        Err(ConfigError::AccessLog { problem, .. }) => problem,
        other => panic!("{format}: {other:?}"),
    }
}

#[test]
fn an_unknown_variable_is_refused_with_the_most_similar_one() {
    for (format, name, similar) in [
        ("$context.requestid", "context.requestid", "requestId"),
        ("$context.", "context", ""),
        ("$requestId", "requestId", "requestId"),
        ("${context.status}", "{context.status}", "status"),
        ("$context.sourceIp", "context.sourceIp", "identity.sourceIp"),
        (
            "$context.principalId-",
            "context.principalId",
            "authorizer.principalId",
        ),
        ("$context.path.x", "context.path.x", "path"),
        (
            "$context.responsType",
            "context.responsType",
            "responseType",
        ),
        ("$stageVariables.status", "stageVariables.status", ""),
        (
            "$context.integration.latencyy",
            "context.integration.latencyy",
            "integration.latency",
        ),
    ] {
        for log_format in [Json, Clf, Csv, Xml] {
            let problem = problem(log_format, format);
            let expected = format!(
                "`${name}` is not a variable of access logs; the most similar one is `$context.{similar}"
            );
            assert!(problem.starts_with(&expected), "{problem}");
        }
    }
}

#[test]
fn formats_in_which_a_value_could_be_misread_are_refused() {
    for (log_format, format, words) in [
        (Json, "", "it is empty"),
        (Json, "$context.status $context.path", "is not JSON"),
        (Json, r#"{"a":"$context.path"#, "is not JSON"),
        (Json, r#"{"a":1$context.status}"#, "is not JSON"),
        (Json, r#"{"a":"\$context.path"}"#, "is not JSON"),
        (Json, r#"{"a":"\u00$context.path"}"#, "is not JSON"),
        (Json, r#"{$context.path:1}"#, "is in a name"),
        (Json, "{'a':'$context.path'}", "is not JSON"),
        (Json, r#"{"$context.path":1}"#, "is in a name"),
        (
            Json,
            r#"{"a":["b", {"c$context.stage d" : 1}]}"#,
            "is in a name",
        ),
        (Json, r#"{"\"$context.stage":1}"#, "is in a name"),
        (Clf, "$context.path\n$context.status", "several lines"),
        (Clf, r#""$context.path"#, "a quote is not closed"),
        (Clf, "[$context.requestTime", "a `[` is not closed"),
        (Clf, r#""\$context.path""#, "a backslash directly before"),
        (Csv, "a\rb", "several lines"),
        (Csv, r#""$context.path,a"#, "a quote is not closed"),
        (Csv, r#"a,"$context.path"x"#, "only a part of a field"),
        (Csv, r#"a, "$context.path""#, "only a part of a field"),
        (Csv, r#""a"$context.path"#, "only a part of a field"),
        (Csv, r#"$context.path"a""#, "only a part of a field"),
        (Csv, r#""\$context.path""#, "a backslash directly before"),
        (Xml, "<a b=$context.path/>", "is in a tag but not in quotes"),
        (Xml, "<$context.path/>", "is in a tag but not in quotes"),
        (Xml, "<!-- $context.path -->", "it has a `<!`"),
        (Xml, "<a", "the tag `<a` is not closed"),
        (Xml, "<a>$context.path</b>", "`</b>` does not close `<a>`"),
        (Xml, "<a>$context.path", "`<a>` is not closed"),
        (Xml, "$context.path</a>", "`</a>` closes nothing"),
        (Xml, "<a><b></a></b>", "`</a>` does not close `<b>`"),
        (Xml, "<a><b/>", "`<a>` is not closed"),
        (Xml, "<>$context.path</>", "the tag `<>` has no name"),
        (Xml, "< a>$context.path</a>", "the tag `< a>` has no name"),
        (Xml, "<a>&$context.authorizer.x;</a>", "a `&`"),
        (Xml, "<a b='&#$context.authorizer.x;'/>", "a `&`"),
        (Xml, "<a>$context.stage & x</a>", "a `&`"),
        (Xml, "<a>&nbsp;</a>", "a `&`"),
    ] {
        let problem = problem(log_format, format);
        assert!(problem.contains(words), "{format}: {problem}");
    }
}

#[test]
fn formats_that_work_are_accepted() {
    for (log_format, format) in [
        (
            Json,
            r#"{"a:":"$context.path", "b":["$context.stage" ], "c" : "\":$context.stage"}"#,
        ),
        (Json, r#"["$context.path", {"a":"$context.path"}]"#),
        (
            Xml,
            r#"<a b='>"' c="/$context.path/"><b/><b x='/'/><b ></b >&lt;&#10;&#xA;$context.stage</a >"#,
        ),
        (Xml, "$context.path <a/> $context.stage"),
    ] {
        let log = AccessLog::new(log_format, format);
        assert!(log.is_ok(), "{format}: {log:?}");
    }
}

/// Such a name would be read as a key of the context, and there would be no value, ever.
#[test]
fn a_misspelt_variable_of_the_authorizer_is_no_key() {
    for (key, similar) in [
        ("latncy", "latency"),
        ("Latency", "latency"),
        ("latencyy", "latency"),
        ("principalID", "principalId"),
        ("principalid", "principalId"),
        ("pricipalId", "principalId"),
        ("integrationlatency", "integrationLatency"),
        ("integrationStatu", "integrationStatus"),
    ] {
        let problem = problem(Csv, &format!("$context.authorizer.{key}"));
        let expected = format!(
            "`$context.authorizer.{key}` is not a variable of access logs; \
             the most similar one is `$context.authorizer.{similar}`"
        );
        assert_eq!(problem, expected);
    }
    for key in [
        "principal",
        "principal_id",
        "agency",
        "errors",
        "states",
        "Status",
        "RequestId",
        "tenancy",
    ] {
        let log = AccessLog::csv(&format!("$context.authorizer.{key}"));
        assert!(log.is_ok(), "{key}: {log:?}");
    }
}

/// A letter after a name belongs to it, whatever its alphabet.
#[tokio::test]
async fn names_end_where_their_letters_end() {
    let known = problem(Clf, "$context.path\u{f6}");
    assert!(
        known.starts_with("`$context.path\u{f6}` is not a variable"),
        "{known}"
    );
    let authorizer = BoxAuthorizer::new(authorizer_fn(async |_| {
        Ok(AuthorizerResponse::allow("*").with_context("gr\u{f6}\u{df}e", "7"))
    }));
    let log = AccessLog::clf("$context.authorizer.gr\u{f6}\u{df}e $context.stage.").unwrap();
    let lines = lines(
        arranged(LambdaAuthorizerLayer::token(authorizer)),
        log,
        vec![get("t")],
    )
    .await;
    assert_eq!(lines, ["7 prod."]);
}
