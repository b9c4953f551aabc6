//! Condition keys that API Gateway always knows, but this process does not: they never open anything.

mod reasons;

use tower_lambda_authorizer::{BoxAuthorizer, Clock, Denial};

use super::*;

/// Every request with the token `t` gets these statements.
fn answering(statements: &Value) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    let answer = json!({"policyDocument": {"Version": "2012-10-17", "Statement": statements}});
    let answer = AuthorizerResponse::try_from(answer).unwrap();
    LambdaAuthorizerLayer::token(BoxAuthorizer::new(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    })))
}

fn denying_if(conditions: &Value) -> LambdaAuthorizerLayer<BoxAuthorizer> {
    answering(&json!([
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": conditions},
    ]))
}

/// Conditions with every operator and all of its variants.
fn conditions(key: &str) -> Vec<Value> {
    let names = [
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "ArnLike",
        "ArnNotLike",
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateGreaterThan",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
    ];
    let value = |name: &str| match name {
        name if name.starts_with("Numeric") => "5",
        name if name.starts_with("Date") => "2026-01-01T00:00:00Z",
        name if name.starts_with("Arn") => "arn:aws:sns:r:1:a",
        name if name.contains("IpAddress") => "192.0.2.0/24",
        "Bool" => "true",
        "BinaryEquals" => "YQ==",
        _ => "x",
    };
    let mut conditions = Vec::new();
    for name in names {
        for operator in [
            name.to_owned(),
            format!("{name}IfExists"),
            format!("ForAllValues:{name}"),
            format!("ForAnyValue:{name}"),
            format!("ForAnyValue:{name}IfExists"),
        ] {
            conditions.push(json!({ operator: { key: value(name) } }));
        }
    }
    for operator in ["Null", "ForAllValues:Null", "ForAnyValue:Null"] {
        conditions.extend(["true", "false"].map(|wanted| json!({ operator: { key: wanted } })));
    }
    conditions.extend(
        [
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
        ]
        .map(|operator| json!({ operator: { "aws:UserAgent": format!("${{{key}}}") } })),
    );
    conditions
}

/// A request without a peer or information about TLS, in a year outside of the calendar.
fn ignorant<A: Authorizer>(layer: LambdaAuthorizerLayer<A>) -> LambdaAuthorizerLayer<A> {
    layer.clock(in_no_calendar())
}

fn in_no_calendar() -> Clock {
    let second = 1_u64 << 39;
    ManualClock::new(UNIX_EPOCH + Duration::from_secs(second)).clock()
}

#[tokio::test]
async fn an_unknown_key_holds_in_a_deny_but_not_in_an_allow() {
    for key in [
        "aws:SourceIp",
        "aws:sourceip",
        "aws:SecureTransport",
        "aws:CurrentTime",
        "aws:EpochTime",
    ] {
        for conditions in conditions(key) {
            let request = || Request::get("/pets").header("user-agent", "x");
            let denying = ignorant(denying_if(&conditions));
            assert!(!is_allowed(&denying, request()).await, "Deny {conditions}");
            let allowing = ignorant(allowing_if(&conditions));
            assert!(
                !is_allowed(&allowing, request()).await,
                "Allow {conditions}"
            );
        }
    }
}

#[tokio::test]
async fn known_keys_are_compared() {
    let listed = json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    let unlisted = json!({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    for (peer, is_listed) in [("192.0.2.7", true), ("203.0.113.7", false)] {
        assert_eq!(
            is_allowed(&denying_if(&listed), from(peer)).await,
            !is_listed
        );
        assert_eq!(
            is_allowed(&denying_if(&unlisted), from(peer)).await,
            is_listed
        );
        assert_eq!(
            is_allowed(&allowing_if(&listed), from(peer)).await,
            is_listed
        );
        assert_eq!(
            is_allowed(&allowing_if(&unlisted), from(peer)).await,
            !is_listed
        );
    }
    for secure in [true, false] {
        let condition = json!({"Bool": {"aws:SecureTransport": "false"}});
        let layer = denying_if(&condition).secure_transport(secure);
        assert_eq!(is_allowed(&layer, Request::get("/pets")).await, secure);
    }
    // A value from the application replaces an unknown one.
    let said = ConditionContext::new().with("aws:SourceIp", "203.0.113.7");
    assert!(is_allowed(&denying_if(&listed), Request::get("/pets").extension(said)).await);
    // Whether or not the layer has determined it before.
    let said = ConditionContext::new().with_unknown("acme:Plan", "the database is down");
    let trial = json!({"StringEquals": {"acme:Plan": "trial"}});
    assert!(is_allowed(&denying_if(&trial), Request::get("/pets")).await);
    assert!(!is_allowed(&denying_if(&trial), Request::get("/pets").extension(said)).await);
}

/// Each value of a list is compared with an unknown value.
#[tokio::test]
async fn a_list_against_an_unknown_variable_opens_nothing() {
    let request = || {
        let said = ConditionContext::new().with_list("acme:Groups", ["a", "b"]);
        Request::get("/pets").extension(said)
    };
    for quantifier in ["ForAllValues", "ForAnyValue"] {
        for operator in [
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
        ] {
            let condition = json!({
                format!("{quantifier}:{operator}"): {"acme:Groups": "${aws:SourceIp}"}
            });
            let denying = is_allowed(&denying_if(&condition), request()).await;
            let allowing = is_allowed(&allowing_if(&condition), request()).await;
            assert_eq!((denying, allowing), (false, false), "{condition}");
        }
    }
}

/// A client may omit these headers, so their keys are absent, not unknown.
#[tokio::test]
async fn headers_that_a_client_leaves_out_are_absent() {
    for key in ["aws:UserAgent", "aws:Referer", "aws:SourceVpc", "acme:Plan"] {
        let condition = json!({"StringEquals": {key: "x"}});
        assert!(
            is_allowed(&ignorant(denying_if(&condition)), Request::get("/pets")).await,
            "{key}"
        );
        let condition = json!({"StringNotEquals": {key: "x"}});
        assert!(
            is_allowed(&ignorant(allowing_if(&condition)), Request::get("/pets")).await,
            "{key}"
        );
        let condition = json!({"Null": {key: "true"}});
        assert!(
            is_allowed(&ignorant(allowing_if(&condition)), Request::get("/pets")).await,
            "{key}"
        );
    }
}

const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET";

#[tokio::test]
async fn an_entry_with_an_unknown_variable_only_excludes() {
    let entry = format!("{ARN}/by/${{aws:SourceIp}}/*");
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": entry});
    let ways = [
        json!([allow, deny]),
        json!([{"Effect": "Allow", "Action": "*", "NotResource": entry}]),
        json!([{"Effect": "Allow", "Action": "*", "Resource": entry}]),
        json!([allow, {"Effect": "Deny", "Action": "*", "NotResource": entry}]),
    ];
    for statements in ways {
        let request = || Request::get("/by/203.0.113.7/x");
        assert!(
            !is_allowed(&answering(&statements), request()).await,
            "{statements}"
        );
    }
    for (peer, passes) in [("203.0.113.7", false), ("203.0.113.8", true)] {
        let (mut parts, ()) = from(peer).body(()).unwrap().into_parts();
        parts.uri = "/by/203.0.113.7/x".parse().unwrap();
        let address = *parts.extensions.get::<SocketAddr>().unwrap();
        let request = Request::get(parts.uri).extension(address);
        assert_eq!(
            is_allowed(&answering(&json!([allow, deny])), request).await,
            passes
        );
    }
    // It does not cover this with any address.
    assert!(is_allowed(&answering(&json!([allow, deny])), Request::get("/pets")).await);
    // Nor with another spelling of an address.
    let spelled = Request::get("/%62y//203.0.113.7/x");
    assert!(!is_allowed(&answering(&json!([allow, deny])), spelled).await);
    // As IAM documents, a variable that has no value on AWS either does not match.
    let deny =
        json!({"Effect": "Deny", "Action": "*", "Resource": format!("{ARN}/by/${{acme:User}}/*")});
    let absent = Request::get("/by/203.0.113.7/x");
    assert!(is_allowed(&answering(&json!([allow, deny])), absent).await);
    // A default applies to absent keys only.
    let defaulted = format!("{ARN}/by/${{aws:SourceIp, 'nobody'}}/*");
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": defaulted});
    let request = Request::get("/by/203.0.113.7/x");
    assert!(!is_allowed(&answering(&json!([allow, deny])), request).await);
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": defaulted});
    assert!(!is_allowed(&answering(&json!([allow])), Request::get("/by/nobody/x")).await);
}

/// However many conditions ask for it.
#[tokio::test]
async fn the_address_is_determined_once_for_a_request() {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let statements: Vec<_> = (0..50)
        .map(|n| {
            json!({"Effect": "Allow", "Action": "*", "Resource": "*",
                   "Condition": {"IpAddress": {"aws:SourceIp": format!("10.0.{n}.0/24")}}})
        })
        .collect();
    let layer = answering(&json!(statements)).client_ip(ClientIp::from_fn(move |_| {
        count.fetch_add(1, SeqCst);
        Some([192, 0, 2, 1].into())
    }));
    // The first request calls the authorizer, which also receives the address.
    assert!(!is_allowed(&layer, Request::get("/pets")).await);
    let before = asked.load(SeqCst);
    assert!(!is_allowed(&layer, Request::get("/pets")).await);
    assert_eq!(asked.load(SeqCst) - before, 1);
}
