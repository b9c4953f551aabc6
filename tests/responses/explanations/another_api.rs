//! Policies for another API, region or stage than the layer represents: usually the layer has the placeholder.

use tower_lambda_authorizer::{
    ApiType,
    policy::{Effect, Statement},
};

use super::*;

fn layer(statements: &[(Effect, &str)], api_type: ApiType) -> Layered {
    let statements: Vec<_> = statements
        .iter()
        .map(|(effect, resource)| Statement::invoke(*effect, [*resource]))
        .collect();
    let authorizer = with_policy(PolicyDocument::new(statements));
    match api_type {
        ApiType::Http => LambdaAuthorizerLayer::http_api(authorizer),
        ApiType::WebSocket => LambdaAuthorizerLayer::websocket_api(authorizer),
        _ => token(authorizer),
    }
}

async fn causes_and_text(layer: &Layered) -> (Vec<&'static str>, String) {
    let explanation = explanations(layer, vec![with_token("/pets")]).await;
    let remedies = explanation.remedies();
    let causes = remedies.iter().map(Remedy::cause).collect();
    let text = remedies.first().map(ToString::to_string);
    (causes, text.unwrap_or_default())
}

fn real() -> Api {
    Api::new("eu-west-1", "123456789012", "abc", "prod").unwrap()
}

#[tokio::test]
async fn the_remedy_names_the_api_of_the_policy() {
    use ApiType::{Http, Rest, WebSocket};
    for (api_type, resource, arguments, arn) in [
        (
            Rest,
            "arn:aws:execute-api:*:*:*/prod/GET/pets",
            r#""REGION", "ACCOUNT", "API-ID", "prod""#,
            "arn:aws:execute-api:REGION:ACCOUNT:API-ID/prod",
        ),
        (
            Rest,
            "arn:aws:execute-api:eu-west-1:*:*/*/GET/pets",
            r#""eu-west-1", "ACCOUNT", "API-ID", "STAGE""#,
            "arn:aws:execute-api:eu-west-1:ACCOUNT:API-ID/STAGE",
        ),
        (
            Rest,
            "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets",
            r#""eu-west-1", "123456789012", "abc", "prod""#,
            "arn:aws:execute-api:eu-west-1:123456789012:abc/prod",
        ),
        (
            Rest,
            "arn:aws-cn:execute-api:cn-north-1:123456789012:*",
            r#""cn-north-1", "123456789012", "API-ID", "STAGE""#,
            "arn:aws-cn:execute-api:cn-north-1:123456789012:API-ID/STAGE",
        ),
        (
            Http,
            "arn:aws:execute-api:*:*:abc/*/GET/pets",
            r#""REGION", "ACCOUNT", "abc", "$default""#,
            "arn:aws:execute-api:REGION:ACCOUNT:abc/$default",
        ),
        (
            WebSocket,
            "arn:aws:execute-api:*:*:*/prod/$connect",
            r#""REGION", "ACCOUNT", "API-ID", "prod""#,
            "arn:aws:execute-api:REGION:ACCOUNT:API-ID/prod",
        ),
    ] {
        let layer = layer(&[(Effect::Allow, resource)], api_type);
        let (causes, text) = causes_and_text(&layer).await;
        assert_eq!(causes, ["another-api"], "{resource}");
        assert_eq!(
            text,
            format!(
                "the policy is for an API of yours, and the layer has no API yet: give it that API with \
                 `.api(Api::new({arguments})?)`, or on the command line with `--api {arn}`"
            )
        );
        // Following the remedy solves the problem. An API's own facts replace the words in capitals.
        let arguments: Vec<_> = arguments.split('"').skip(1).step_by(2).collect();
        let own = |name: &str, own: &str, text: &str| {
            if text == name {
                own.to_owned()
            } else {
                text.to_owned()
            }
        };
        let api = Api::new(
            own("REGION", "eu-west-1", arguments[0]),
            own("ACCOUNT", "210987654321", arguments[1]),
            own("API-ID", "xyz", arguments[2]),
            own("STAGE", "dev", arguments[3]),
        );
        let layer = layer.api(api.unwrap());
        assert_eq!(causes_and_text(&layer).await.0, [""; 0], "{resource}");
    }
}

/// The policy may be wrong if the layer has an API of its own.
#[tokio::test]
async fn a_layer_with_an_api_of_its_own_may_be_right() {
    let dev = [(Effect::Allow, "arn:aws:execute-api:*:*:*/dev/GET/pets")];
    let layer = layer(&dev, ApiType::Rest).api(real());
    let (causes, text) = causes_and_text(&layer).await;
    assert_eq!(causes, ["another-api"]);
    assert_eq!(
        text,
        "the policy is for another API or stage than the layer: have the authorizer write the policy for the method ARN \
         that it receives. Or, if the layer is wrong, set `.api(Api::new(\"eu-west-1\", \"123456789012\", \"abc\", \
         \"dev\")?)`, or on the command line `--api arn:aws:execute-api:eu-west-1:123456789012:abc/dev`"
    );
}

/// Neighbours: another API would not allow the request either, or something else is the cause.
#[tokio::test]
async fn another_difference_is_reported_instead() {
    use Effect::{Allow, Deny};
    const PROD: &str = "arn:aws:execute-api:*:*:*/prod/GET/pets";
    for (statements, cause) in [
        // The method and the path differ, too.
        (
            &[(Allow, "arn:aws:execute-api:*:*:*/prod/POST/pets")][..],
            "nearest-statement",
        ),
        (
            &[(Allow, "arn:aws:execute-api:*:*:*/prod/GET/dogs")],
            "nearest-statement",
        ),
        // Not the stage, but the path differs.
        (
            &[(Allow, "arn:aws:execute-api:*:*:*/local/GET/dogs")],
            "nearest-statement",
        ),
        // There, the policy denies it, and so it does here.
        (
            &[(Allow, PROD), (Deny, "arn:aws:execute-api:*:*:*/prod/*")],
            "unknown-api",
        ),
        // No region has such a name, or it belongs to another partition, or the service is another one.
        (
            &[(Allow, "arn:aws:execute-api:us-west-?:*:*/prod/GET/pets")],
            "nearest-statement",
        ),
        (
            &[(Allow, "arn:aws:execute-api:cn-north-1:*:*/prod/GET/pets")],
            "nearest-statement",
        ),
        (
            &[(Allow, "arn:aws:lambda:*:*:*/prod/GET/pets")],
            "nearest-statement",
        ),
        (&[(Allow, "/dogs"), (Allow, PROD)], "another-api"),
        (
            &[
                (Allow, "arn:aws:execute-api:*:*:*/dev/GET/dogs"),
                (Allow, PROD),
            ],
            "another-api",
        ),
    ] {
        let layer = layer(statements, ApiType::Rest);
        let (causes, text) = causes_and_text(&layer).await;
        assert_eq!(causes, [cause], "{statements:?}: {text}");
    }
}
