//! An implicit deny names what came closest, in the one line of a log.

use serde_json::{Value, json};

use super::*;

async fn line(statements: Value, request: Builder) -> String {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    let policy = PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap();
    let layer = token(with_policy(policy));
    denied(&layer, request).await.to_string()
}

fn allow(resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource})
}

fn allow_if(condition: &Value) -> Value {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
}

const NOTHING_ALLOWS: &str = "no statement of the policy allows \
    `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets`; ";

#[tokio::test]
async fn the_line_names_the_part_that_differs() {
    let api = |rest: &str| format!("arn:aws:execute-api:*:*:*/{rest}");
    let from = || with_token("/pets").extension(SocketAddr::from(([203, 0, 113, 7], 4711)));
    for (statements, request, expected) in [
        (
            json!([allow(&api("prod/GET/pets"))]),
            with_token("/pets"),
            "`Statement[0]` comes closest: stage: the policy says `prod`, the request says `local`",
        ),
        (
            json!([allow(&api("local/POST/pets"))]),
            with_token("/pets"),
            "`Statement[0]` comes closest: method: the policy says `POST`, the request says `GET`",
        ),
        (
            json!([allow(&api("prod/GET/pets")), allow(&api("local/GET/dogs"))]),
            with_token("/pets"),
            "`Statement[1]` comes closest: path: `dogs` does not cover `pets`",
        ),
        (
            json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Sid": "bucket"}]),
            with_token("/pets"),
            "`Statement[0]` (`bucket`) comes closest: `s3:GetObject` does not cover `execute-api:Invoke`",
        ),
        (
            json!([allow_if(
                &json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}})
            )]),
            from(),
            "`Statement[0]` comes closest: the condition `IpAddress` on `aws:SourceIp` does not hold, and the request's \
             value is `203.0.113.7`",
        ),
        (
            json!([allow_if(&json!({"StringEquals": {"acme:Plan": "gold"}}))]),
            with_token("/pets"),
            "`Statement[0]` comes closest: the condition `StringEquals` on `acme:Plan` does not hold, and the request \
             has no such value",
        ),
        // The first condition holds.
        (
            json!([allow_if(
                &json!({"StringNotEquals": {"acme:Plan": "gold"}, "Bool": {"aws:SecureTransport": true}})
            )]),
            with_token("/pets"),
            "`aws:SecureTransport` is not known: it is not configured whether clients use TLS: call the layer's \
             `secure_transport`, or let the proxies of `ClientIp::behind_proxies` set `X-Forwarded-Proto` (those of \
             `ClientIp::from_forwarded`: `proto` in `Forwarded`); `Statement[0]` comes closest: the condition `Bool` on \
             `aws:SecureTransport` does not hold, because the request's value is unknown",
        ),
        (json!([]), with_token("/pets"), "the policy has no `Allow`"),
    ] {
        let line = line(statements, request).await;
        assert_eq!(line, format!("{NOTHING_ALLOWS}{expected}"));
    }
}

/// A cached policy says where it comes from, too.
#[tokio::test]
async fn the_line_names_both_the_cached_request_and_the_difference() {
    let layer = token(echoing());
    layer
        .explain(with_token("/dogs").body(Body::new()).unwrap())
        .await;
    let line = denied(&layer, with_token("/pets")).await.to_string();
    assert!(line.starts_with(NOTHING_ALLOWS), "{line}");
    assert!(
        line.contains("the cached policy of a request for"),
        "{line}"
    );
    let end = "; `Statement[0]` comes closest: path: `dogs` does not cover `pets`";
    assert!(line.ends_with(end), "{line}");
}

/// A neighbour of each: other refusals have no statement that comes closest.
#[tokio::test]
async fn other_refusals_have_no_hint() {
    let layers = [
        token(answering(DENIES)),
        token(failing("Unauthorized")),
        token(failing("down")),
    ];
    for layer in layers {
        let denial = denied(&layer, with_token("/pets")).await;
        assert_eq!(denial.to_string(), denial.reason().to_string());
    }
    let layer = LambdaAuthorizerLayer::http_api(answering(r#"{"isAuthorized": false}"#))
        .simple_responses()
        .unwrap();
    let denial = denied(&layer, with_token("/pets")).await;
    assert_eq!(denial.to_string(), denial.reason().to_string());
}

/// The value may be a credential. The policy's values may be many.
#[tokio::test]
async fn the_line_shows_no_value_of_a_header() {
    let secret = format!("s3cr3t{:016x}", fastrand::u64(..));
    for key in ["aws:UserAgent", "aws:Referer", "acme:Key"] {
        let statements = json!([allow_if(
            &json!({"StringEquals": {key: ["wanted-1", "wanted-2"]}})
        )]);
        let keys = tower_lambda_authorizer::policy::ConditionContext::new();
        let request = with_token("/pets")
            .header("user-agent", &secret)
            .header("referer", &secret)
            .extension(keys.with("acme:Key", &*secret));
        let line = line(statements, request).await;
        let end = format!("the condition `StringEquals` on `{key}` does not hold");
        assert!(line.ends_with(&end), "{line}");
        assert!(
            !line.contains(&secret) && !line.contains("wanted"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn the_line_is_short_and_one_line() {
    let long = format!(
        "arn:aws:execute-api:*:*:*/local/GET/\u{202e}{}",
        "é".repeat(5_000)
    );
    let line = line(json!([allow(&long)]), with_token("/pets")).await;
    assert!(line.chars().count() < 700, "{line}");
    assert!(line.ends_with('…') && !line.contains('\u{202e}'), "{line}");
}

/// A log must not cost more than the decision did.
#[tokio::test]
async fn a_very_large_policy_has_no_hint() {
    let entries = |count: usize| {
        let dogs = (0..count).map(|n| format!("arn:aws:execute-api:*:*:*/local/GET/dogs/{n}"));
        let dogs: Vec<_> = dogs.collect();
        json!([{"Effect": "Allow", "Action": "*", "Resource": dogs}])
    };
    let small = line(entries(900), with_token("/pets")).await;
    assert!(small.contains("comes closest"), "{small}");
    let large = line(entries(1_100), with_token("/pets")).await;
    assert!(!large.contains("comes closest"), "{large}");
    let addresses = |count: usize| {
        let ranges: Vec<_> = (0..count)
            .map(|n| format!("10.0.{}.{}/32", n / 256, n % 256))
            .collect();
        json!([allow_if(&json!({"IpAddress": {"aws:SourceIp": ranges}}))])
    };
    let large = line(addresses(1_100), with_token("/pets")).await;
    assert!(!large.contains("comes closest"), "{large}");
}
