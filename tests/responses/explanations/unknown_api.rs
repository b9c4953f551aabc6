//! A `Deny` that names an API counts for any, because the layer does not know its own. The texts say so.

use tower_lambda_authorizer::policy::{Effect, Statement};

use super::*;

const PETS: &str = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*/pets";
const OWN: &str = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets";

fn deny(entry: &str) -> PolicyDocument {
    PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, [entry]),
    ])
}

fn allow_all_but(entry: &str) -> PolicyDocument {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "NotResource": "{entry}"}}}}"#
    );
    PolicyDocument::from_json(text.as_bytes()).unwrap()
}

async fn causes(layer: &Layered) -> Vec<&'static str> {
    let explanation = explanations(layer, vec![with_token("/pets")]).await;
    explanation.remedies().iter().map(Remedy::cause).collect()
}

#[tokio::test]
async fn the_line_says_why_the_deny_counts() {
    let layer = token(with_policy(deny(PETS)));
    let denial = denied(&layer, with_token("/pets")).await;
    assert_eq!(
        denial.to_string(),
        format!(
            "the policy's `Statement[1]` denies `{OWN}`; `{PETS}` counts for any API, because the layer does not know its \
             own: set that with `.api(…)`, or on the command line with `--api`"
        )
    );
    let explanation = denial.explanation();
    assert_eq!(
        explanation.policy().unwrap().reason(),
        format!(
            "`Statement[1]` denies it: `{PETS}` covers it in some API, and the request's API and its stage are not known"
        )
    );
}

#[tokio::test]
async fn the_remedy_is_to_give_the_layer_its_api() {
    for policy in [deny(PETS), allow_all_but(PETS)] {
        let layer = token(with_policy(policy));
        let explanation = explanations(&layer, vec![with_token("/pets")]).await;
        let [remedy] = explanation.remedies() else {
            panic!("{:?}", explanation.remedies())
        };
        assert_eq!(remedy.cause(), "unknown-api");
        assert_eq!(
            remedy.text(),
            format!(
                "the layer has no API yet, so it cannot tell whether `{PETS}` is for its API, and assumes that \
                 it is: give the layer its own API with `.api(Api::new(\"REGION\", \"ACCOUNT\", \"API-ID\", \
                 \"STAGE\")?)`, or on the command line with `--api arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`"
            )
        );
        let layer = layer.api(Api::default().with_stage("prod").unwrap());
        let explanation = explanations(&layer, vec![with_token("/pets")]).await;
        assert!(explanation.remedies()[0].text().ends_with("API-ID/prod`"));
        // Following the remedy solves the problem, unless it is this API.
        let api = |id: &str| Api::new("eu-west-1", "123456789012", id, "prod").unwrap();
        let another = layer.clone().api(api("other"));
        assert_eq!(causes(&another).await, [""; 0]);
        let named = layer.api(api("abc123"));
        assert!(!causes(&named).await.contains(&"unknown-api"));
    }
}

/// Neighbours: something else refuses the request, too.
#[tokio::test]
async fn another_reason_is_reported_instead() {
    let own = deny(OWN);
    let both = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, [PETS]),
        Statement::invoke(Effect::Deny, [OWN]),
    ]);
    let everything = deny("arn:aws:execute-api:*:*:*/*/GET/pets");
    for policy in [own, both, everything] {
        let layer = token(with_policy(policy));
        assert_eq!(causes(&layer).await, [""; 0]);
        let line = denied(&layer, with_token("/pets")).await.to_string();
        assert!(line.ends_with(&format!("denies `{OWN}`")), "{line}");
    }
}

/// The policy is for one API, which is not the placeholder.
#[tokio::test]
async fn a_policy_for_another_api_allows_and_denies_nothing_here() {
    let policy = PolicyDocument::new([
        Statement::invoke(
            Effect::Allow,
            ["arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*"],
        ),
        Statement::invoke(Effect::Deny, [PETS]),
    ]);
    let layer = token(with_policy(policy));
    assert_eq!(causes(&layer).await, ["unknown-api"]);
}

/// Each request is refused, because a word of the entry may be the stage. All texts name it, and to set the stage is enough.
#[tokio::test]
async fn the_texts_name_the_word_that_may_be_the_stage() {
    for (resource, stage) in [
        ("*/admin/*", "admin"),
        ("*/DELETE/*", "DELETE"),
        ("*/admin*", "admin"),
        ("*/prod/GET/pets", "prod"),
    ] {
        let entry = format!("arn:aws:execute-api:*:*:{resource}");
        let layer = token(with_policy(deny(&entry)));
        let denial = denied(&layer, with_token("/pets")).await;
        assert_eq!(
            denial.to_string(),
            format!(
                "the policy's `Statement[1]` denies `{OWN}`; `{entry}` counts, because `{stage}` may be the stage, which the \
                 layer does not know: set that with `.api(…)`, or on the command line with `--api`"
            )
        );
        let explanation = denial.explanation();
        assert_eq!(
            explanation.policy().unwrap().reason(),
            format!(
                "`Statement[1]` denies it: `{entry}` covers it in an API whose stage is `{stage}`, and the request's API and \
                 its stage are not known"
            )
        );
        let [remedy] = explanation.remedies() else {
            panic!("{:?}", explanation.remedies())
        };
        assert_eq!(
            remedy.text(),
            format!(
                "the layer has no API yet, so its stage may be `{stage}`, in which `{entry}` covers this \
                 request: give the layer its own API with `.api(Api::new(\"REGION\", \"ACCOUNT\", \"API-ID\", \
                 \"STAGE\")?)`, or only the stage with `.api(Api::default().with_stage(\"STAGE\")?)`, or on the command line \
                 with `--api arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE`"
            )
        );
        let of_stage = |stage: &str| Api::default().with_stage(stage).unwrap();
        assert_eq!(causes(&layer.clone().api(of_stage("test"))).await, [""; 0]);
        let there = denied(&layer.api(of_stage(stage)), with_token("/pets")).await;
        assert!(!there.to_string().contains("may be the stage"), "{there}");
    }
}

/// Neighbour: another entry of the statement, which is for other requests.
#[tokio::test]
async fn the_entry_that_covers_the_request_is_named() {
    let dogs = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*/dogs";
    let policy = PolicyDocument::new([
        Statement::invoke(Effect::Allow, ["*"]),
        Statement::invoke(Effect::Deny, [dogs, PETS]),
    ]);
    let layer = token(with_policy(policy));
    let line = denied(&layer, with_token("/pets")).await.to_string();
    assert!(
        line.contains(&format!("`{PETS}` counts for any API")),
        "{line}"
    );
}

/// Neighbour: the entry would count in the placeholder's stage, too, so to set the stage is not enough.
#[tokio::test]
async fn an_entry_for_the_own_stage_is_one_for_any_api() {
    let entry = "arn:aws:execute-api:eu-west-1:*:*/local/GET/pets";
    let layer = token(with_policy(deny(entry)));
    let line = denied(&layer, with_token("/pets")).await.to_string();
    assert!(
        line.contains(&format!("`{entry}` counts for any API")),
        "{line}"
    );
    let explanation = explanations(&layer, vec![with_token("/pets")]).await;
    let text = explanation.remedies()[0].text();
    assert!(!text.contains("or only the stage"), "{text}");
}
