//! Resources that no method ARN of the API can have: what the refusal says about them.

use tower_lambda_authorizer::policy::{Effect, Statement};

use super::*;

const STAGE: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local";

/// The explanation of `GET /pets` with these statements. A WebSocket API has the same stage.
async fn explained(statements: &[(Effect, &str)], is_websocket: bool) -> Explanation {
    let statements: Vec<_> = statements
        .iter()
        .map(|(effect, resource)| Statement::invoke(*effect, [*resource]))
        .collect();
    let authorizer = with_policy(PolicyDocument::new(statements));
    let layer = if is_websocket {
        LambdaAuthorizerLayer::websocket_api(authorizer)
    } else {
        token(authorizer)
    };
    explanations(&layer, vec![with_token("/pets")]).await
}

fn causes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.remedies().iter().map(Remedy::cause).collect()
}

#[tokio::test]
async fn a_resource_that_is_not_an_arn_is_named_with_the_arn_to_write() {
    use Effect::{Allow, Deny};
    for (statements, cause, meant) in [
        (&[(Allow, "/pets")][..], "resource-not-an-arn", "/*/pets"),
        (&[(Allow, "pets")], "resource-not-an-arn", "/*/pets"),
        (&[(Allow, "GET/pets")], "resource-not-an-arn", "/GET/pets"),
        (&[(Allow, "GET /pets")], "resource-not-an-arn", "/GET/pets"),
        (
            &[(Allow, "/dogs"), (Allow, "/pets")],
            "resource-not-an-arn",
            "/*/pets",
        ),
        (
            &[(Allow, "execute-api:/local/GET/pets")],
            "resource-short-form",
            "/GET/pets",
        ),
        (
            &[(Allow, "execute-api:/local/*")],
            "resource-short-form",
            "/*",
        ),
        // A `Deny` of another path denies every request.
        (
            &[(Allow, "*"), (Deny, "/admin")],
            "resource-not-an-arn",
            "/*/admin",
        ),
        (&[(Deny, "/admin")], "resource-not-an-arn", "/*/admin"),
        (
            &[(Allow, "*"), (Deny, "execute-api:/local/*/admin")],
            "resource-short-form",
            "/*/admin",
        ),
    ] {
        let explanation = explained(statements, false).await;
        assert_eq!(causes(&explanation), [cause], "{explanation}");
        let text = explanation.remedies()[0].text();
        assert!(text.contains(&format!("write `{STAGE}{meant}`")), "{text}");
        let is_denied = statements.iter().any(|(effect, _)| *effect == Deny);
        assert_eq!(text.contains("denies every request"), is_denied, "{text}");
        // Following the remedy solves the problem.
        let first = text.split('`').nth(1).unwrap();
        let meant = format!("{STAGE}{meant}");
        let corrected: Vec<_> = statements
            .iter()
            .map(|(effect, text)| (*effect, if *text == first { &*meant } else { *text }))
            .collect();
        let corrected = explained(&corrected, false).await;
        let is_solved = corrected.is_allowed() || corrected.reason().starts_with("no statement");
        assert!(is_solved, "{corrected}");
    }
}

#[tokio::test]
async fn other_resources_do_not_get_that_remedy() {
    use Effect::{Allow, Deny};
    let pets = format!("{STAGE}/GET/pets");
    let dogs = format!("{STAGE}/GET/dogs");
    for (statements, expected) in [
        // The path would not be allowed if it were an ARN.
        (vec![(Allow, "/dogs")], vec!["nearest-statement"]),
        (
            vec![(Allow, "execute-api:/other/GET/pets")],
            vec!["nearest-statement"],
        ),
        (vec![(Allow, &*dogs)], vec!["nearest-statement"]),
        (vec![(Allow, "/pets"), (Allow, &*pets)], vec![]),
        // This request is denied as it should be.
        (vec![(Allow, "*"), (Deny, "/pets")], vec![]),
        (
            vec![(Allow, "*"), (Deny, "execute-api:/local/GET/pets")],
            vec![],
        ),
        (vec![(Allow, "/dogs"), (Deny, &*pets)], vec![]),
    ] {
        let explanation = explained(&statements, false).await;
        assert_eq!(causes(&explanation), expected, "{explanation}");
    }
}

#[tokio::test]
async fn a_handshake_needs_a_resource_that_ends_in_a_route() {
    let allowed = |end: &str| format!("{STAGE}/{end}");
    for (end, expected) in [
        ("*/*", &["websocket-route"][..]),
        ("GET/*", &["websocket-route"]),
        ("*/$connect", &["websocket-route"]),
        ("*", &[]),
        ("$connect", &[]),
        ("$default", &["nearest-statement"]),
    ] {
        let explanation = explained(&[(Effect::Allow, &allowed(end))], true).await;
        assert_eq!(causes(&explanation), expected, "{end}\n{explanation}");
    }
    let other_stage = allowed("*/*").replace("/local/", "/other/");
    let explanation = explained(&[(Effect::Allow, &other_stage)], true).await;
    assert_eq!(causes(&explanation), ["nearest-statement"]);
    // The same resource covers a REST API's request.
    let explanation = explained(&[(Effect::Allow, &allowed("*/*"))], false).await;
    assert!(explanation.is_allowed());
}
