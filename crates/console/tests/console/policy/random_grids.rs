//! The grid is compared with a brute force for random policies.

use tower_lambda_authorizer::policy::{ConditionContext, EvaluationRequest, Verdict};

use super::*;

/// The letters of paths in the brute force.
const VALUES: [&str; 5] = ["a", "b", "ab", "ba", "aab"];

/// All paths of a template, with values of a few letters.
fn paths(template: &str) -> Vec<String> {
    let mut paths = vec![String::new()];
    for segment in template.split('/').skip(1) {
        let values: Vec<String> = match segment {
            "{proxy+}" => VALUES
                .iter()
                .flat_map(|a| [(*a).to_owned(), format!("{a}/b")])
                .collect(),
            _ if segment.starts_with('{') => VALUES.iter().map(ToString::to_string).collect(),
            _ => vec![segment.to_owned()],
        };
        paths = paths
            .iter()
            .flat_map(|path| values.iter().map(move |value| format!("{path}/{value}")))
            .collect();
    }
    paths
}

/// The verdict for all values of parameters and of the one condition key, by trying them.
fn brute_force(
    policy: &PolicyDocument,
    stage: &str,
    method: &str,
    template: &str,
) -> Option<&'static str> {
    let policy = policy.clone().compile();
    let contexts = [
        ConditionContext::new(),
        ConditionContext::new().with("acme:k", "a"),
        ConditionContext::new().with("acme:k", "b"),
    ];
    let mut verdicts = paths(template).into_iter().flat_map(|path| {
        let arn = format!("{stage}{method}{path}");
        let of = |context: &ConditionContext| match policy
            // The layer was not given its API.
            .evaluate(
                &EvaluationRequest::invoke(&arn)
                    .with_keys(context)
                    .of_unknown_stage(),
            )
            .verdict()
        {
            Verdict::Allow => "allow",
            Verdict::ExplicitDeny => "deny",
            Verdict::ImplicitDeny => "implicit",
        };
        contexts.each_ref().map(of)
    });
    let first = verdicts.next()?;
    verdicts.all(|verdict| verdict == first).then_some(first)
}

fn random_policy(random: &mut fastrand::Rng) -> Value {
    let count = random.usize(1..4);
    let statements = (0..count).map(|_| {
        let method = random.choice(["GET", "POST", "*"]).unwrap();
        let count = random.usize(1..4);
        let segments = (0..count).map(|_| {
            random
                .choice(["a", "b", "ab", "a*", "*b", "a*b", "*", "?", "x", "x", "x"])
                .unwrap()
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let mut statement = statement(
            if random.u8(0..4) == 0 {
                "Deny"
            } else {
                "Allow"
            },
            &format!("{method}/{path}"),
        );
        if statement["Effect"] == "Deny" && random.bool() {
            statement["Resource"] =
                format!("arn:aws:execute-api:eu-west-1:123456789012:abc/prod/{method}/{path}")
                    .into();
        }
        if random.u8(0..4) == 0 {
            statement["Condition"] =
                json!({"StringEquals": {"acme:k": random.choice(["a", "b", "c"]).unwrap()}});
        }
        statement
    });
    json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
}

/// A cell with a verdict must be right for every request that the brute force knows. A cell that depends must not be one
/// that the brute force finds to have one verdict, unless a value outside of its few letters makes the difference.
#[tokio::test]
async fn the_grid_is_right_for_random_policies() {
    const TEMPLATES: [&str; 5] = ["/x", "/x/{p}", "/{p}/x", "/x/{p}/{q}", "/x/{proxy+}"];
    let paths: serde_json::Map<_, _> = TEMPLATES
        .iter()
        .map(|template| {
            let guarded = json!({"security": [{"customers": []}]});
            (
                (*template).to_owned(),
                json!({"get": guarded, "post": guarded}),
            )
        })
        .collect();
    let mut document: Value = serde_json::from_str(crate::routes::SHOP).unwrap();
    document["paths"] = Value::Object(paths);
    let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")));
    let definition = ApiDefinition::from_openapi(&document.to_string())
        .unwrap()
        .authorizer("customers", authorizer);
    let console = Console::new();
    let layer = console.watch_api("api", definition.unwrap()).unwrap();
    let stage = layer
        .configurations()
        .next()
        .unwrap()
        .stage_arn()
        .to_owned();
    let served = serve(
        &console,
        pet_routes(&Arc::default()).route_layer(layer),
        Arc::default(),
    )
    .await;

    let mut random = fastrand::Rng::with_seed(11);
    let (mut decided, mut depends) = (0, 0);
    for _ in 0..150 {
        let policy = random_policy(&mut random);
        let parsed = PolicyDocument::from_json(policy.to_string().as_bytes()).unwrap();
        let grid = ask(&served, &policy, "/x").await["grid"].take();
        for (row, resource) in grid["resources"].as_array().unwrap().iter().enumerate() {
            for (column, method) in grid["methods"].as_array().unwrap().iter().enumerate() {
                let (resource, method) = (resource.as_str().unwrap(), method.as_str().unwrap());
                let expected = brute_force(&parsed, &stage, method, resource);
                let cell = grid["cells"][row][column].as_str().unwrap();
                match cell {
                    "depends" => depends += 1,
                    _ => {
                        assert_eq!(Some(cell), expected, "{method} {resource} of {policy}");
                        decided += 1;
                    }
                }
                if expected.is_none() {
                    assert_eq!(cell, "depends", "{method} {resource} of {policy}");
                }
            }
        }
    }
    assert!(decided > 300 && depends > 100, "{decided} {depends}");
}
