//! Requests that a layer decides differently if it ignores the case of letters. The explanation names the setting where it would
//! change the decision, and only there.

use tower_lambda_authorizer::{
    AmbiguousPaths,
    policy::{Effect, Statement},
};

use super::*;

/// Allows everything except this path, which it excludes in one of two ways.
fn layer(excluded: &str, in_a_deny: bool, paths: AmbiguousPaths) -> Layered {
    let arn = format!("arn:aws:execute-api:*:*:*/local/GET{excluded}");
    let policy = if in_a_deny {
        PolicyDocument::new([
            Statement::invoke(Effect::Allow, ["*"]),
            Statement::invoke(Effect::Deny, [arn]),
        ])
    } else {
        let json = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "NotResource": "{arn}"}}}}"#
        );
        PolicyDocument::from_json(json.as_bytes()).unwrap()
    };
    token(with_policy(policy)).ambiguous_paths(paths)
}

async fn explained(layer: &Layered, path: &str) -> Explanation {
    explanations(layer, vec![with_token(path)]).await
}

/// The causes of the remedies about case.
fn causes(explanation: &Explanation) -> Vec<&'static str> {
    let causes = explanation.remedies().iter().map(Remedy::cause);
    causes.filter(|cause| cause.starts_with("case-")).collect()
}

#[tokio::test]
async fn a_request_that_is_refused_only_because_case_is_ignored_is_told_so() {
    for in_a_deny in [true, false] {
        for excluded in ["/admin", "/Admin"] {
            let ignoring = layer(excluded, in_a_deny, AmbiguousPaths::IgnoreCase);
            let refused = explained(&ignoring, "/ADMIN").await;
            assert!(!refused.is_allowed());
            assert_eq!(causes(&refused), ["case-ignored"], "{refused}");
            let text = refused.remedies()[0].text();
            assert!(
                text.contains("if the service behind it compares case"),
                "{text}"
            );
            // Doing so lets the request through.
            let comparing = layer(excluded, in_a_deny, AmbiguousPaths::Refuse);
            assert!(explained(&comparing, "/ADMIN").await.is_allowed());

            // In its own case, or by another fault, it is refused in any case.
            for path in [excluded, "/ADMIN%2F"] {
                let refused = explained(&ignoring, path).await;
                assert!(!refused.is_allowed());
                assert_eq!(causes(&refused), [""; 0], "{refused}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_that_is_let_through_only_because_case_counts_is_told_so() {
    for in_a_deny in [true, false] {
        let comparing = layer("/admin", in_a_deny, AmbiguousPaths::Refuse);
        for path in ["/ADMIN", "/%41dmin", "/Admin/"] {
            let allowed = explained(&comparing, path).await;
            assert!(allowed.is_allowed());
            assert_eq!(causes(&allowed), ["case-counts"], "{allowed}");
            let shown = allowed.to_string();
            assert!(
                shown.contains("to do       the policy excludes this path in another case"),
                "{shown}"
            );
            assert!(shown.contains("AmbiguousPaths::IgnoreCase"), "{shown}");
        }
        for path in ["/other", "/ADMINS", "/admin"] {
            let other = explained(&comparing, path).await;
            assert_eq!(causes(&other), [""; 0], "{other}");
        }
        // Whoever compares paths byte by byte has said so.
        let as_received = layer("/admin", in_a_deny, AmbiguousPaths::AsReceived);
        let allowed = explained(&as_received, "/ADMIN").await;
        assert!(allowed.is_allowed() && allowed.remedies().is_empty());
    }
}

/// An answer without a policy does not depend on the setting.
#[tokio::test]
async fn a_simple_response_is_the_same_in_each_case() {
    for paths in [AmbiguousPaths::Refuse, AmbiguousPaths::IgnoreCase] {
        for is_authorized in [true, false] {
            let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| async move {
                Ok(AuthorizerResponse::simple(is_authorized))
            }));
            let layer = LambdaAuthorizerLayer::http_api(authorizer).ambiguous_paths(paths);
            let layer = layer.simple_responses().unwrap();
            let explanation = explained(&layer, "/ADMIN").await;
            assert_eq!(explanation.is_allowed(), is_authorized, "{explanation}");
            assert_eq!(causes(&explanation), [""; 0], "{explanation}");
        }
    }
}
