//! `policy` decides like a layer.

use std::time::Duration;

use http::Request;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    Api, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, policy::PolicyDocument,
};

use crate::command::run_with;

const STAGE: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod";

fn policy(entries: &[(&str, &str)]) -> String {
    let statements = entries.iter().map(|(effect, path)| {
        json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": format!("{STAGE}/GET{path}")})
    });
    let statements: Vec<_> = statements.collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn first_line(policy: &str, arguments: &[&str]) -> (i32, String) {
    let ran = run_with(&[&["policy", "-"], arguments].concat(), policy, &[]);
    let line = ran.output.lines().next().unwrap_or(&ran.errors);
    (ran.code, line.to_owned())
}

#[test]
fn the_first_line_says_what_a_layer_decides() {
    let orders = policy(&[("Allow", "/*/orders"), ("Deny", "/admin"), ("Allow", "/*")]);
    let only_orders = policy(&[("Allow", "/*/orders")]);
    for (policy, path, code, line) in [
        (
            &only_orders,
            "//orders",
            1,
            "implicitly denied: the policy allows `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET//orders`, but \
             not `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders`, which some servers read instead",
        ),
        (&only_orders, "/acme/orders", 0, "allowed: "),
        (&orders, "//orders", 0, "allowed: "),
        (&orders, "/%61dmin", 1, "explicitly denied: "),
        (&orders, "//x/admin", 1, "explicitly denied: "),
        (
            &orders,
            "/a/../b",
            1,
            "refused whatever the policy says: the path can be read in two ways: it has a `.` or `..` segment",
        ),
    ] {
        let (its_code, its_line) = first_line(policy, &[&format!("{STAGE}/GET{path}")]);
        assert!(its_line.starts_with(line), "{path}: {its_line}");
        assert_eq!(its_code, code, "{path}: {its_line}");
    }
    let arguments = ["policy", "--format", "json", "-"];
    let arn = format!("{STAGE}/GET/a/../b");
    let ran = run_with(&[&arguments[..], &[&arn]].concat(), &orders, &[]);
    let json: Value = serde_json::from_str(&ran.output).unwrap();
    assert!(json["refusal"].is_string(), "{json}");
}

/// The log has the answer, so it need not be cut.
#[test]
fn the_policy_of_a_whole_answer_is_evaluated() {
    let pets = policy(&[("Allow", "/pets")]);
    let answer = |policy: &str| {
        format!("{{\"principalId\": \"ann\",\n  \"policyDocument\": {policy}, \"context\": {{}}}}")
    };
    for (path, code) in [("pets", 0), ("pets/7", 1)] {
        let arn = format!("{STAGE}/GET/{path}");
        assert_eq!(
            first_line(&answer(&pets), &[&arn]),
            first_line(&pets, &[&arn])
        );
        assert_eq!(first_line(&answer(&pets), &[&arn]).0, code);
    }
    let misspelt = pets.replace("Allow", "allow");
    let arn = format!("{STAGE}/GET/pets");
    let (_, alone) = first_line(&misspelt, &[&arn]);
    let (_, column) = alone.split_once("(line 1, column ").unwrap();
    let column: usize = column.split_once(')').unwrap().0.parse().unwrap();
    let place = format!(
        "(line 2, column {})",
        "  \"policyDocument\": ".len() + column
    );
    let (code, error) = first_line(&answer(&misspelt), &[&arn]);
    assert!(code == 2 && error.contains(&place), "{place}: {error}");
    for policy in ["null", "\"Allow\"", "[]"] {
        let (code, error) = first_line(&answer(policy), &[&format!("{STAGE}/GET/pets")]);
        assert_eq!(code, 2, "{error}");
    }
}

/// An HTTP API has decoded paths in its ARNs.
#[test]
fn the_type_of_the_api_counts() {
    let all_but_a = policy(&[("Allow", "/*"), ("Deny", "/a")]);
    let arn = format!("{STAGE}/GET/%61");
    assert_eq!(first_line(&all_but_a, &[&arn]).0, 1);
    assert_eq!(first_line(&all_but_a, &["--api-type", "rest", &arn]).0, 1);
    assert_eq!(first_line(&all_but_a, &["--api-type", "http", &arn]).0, 0);
    let of_default = |text: &str| text.replace("/prod", "/$default");
    let policy = of_default(&all_but_a);
    assert_eq!(first_line(&policy, &[&of_default(&arn)]).0, 0);
    // No layer has such ARNs. The policy language decides alone.
    for (after_stage, code) in [("/$connect", 1), ("/GET", 1), ("/GET/", 0)] {
        let arn = format!("{STAGE}{after_stage}");
        assert_eq!(first_line(&all_but_a, &[&arn]).0, code, "{arn}");
    }
}

/// Then the server's own reading of the path counts.
#[test]
fn case_is_ignored_with_an_option() {
    let policy = policy(&[("Allow", "/*"), ("Deny", "/admin")]);
    let arn = format!("{STAGE}/GET/ADMIN");
    assert_eq!(first_line(&policy, &[&arn]).0, 0);
    let (code, line) = first_line(&policy, &["--ignore-case", &arn]);
    assert_eq!(code, 1, "{line}");
    assert!(
        line.ends_with("covers it, because case is ignored"),
        "{line}"
    );
    let other = format!("{STAGE}/GET/OTHER");
    assert_eq!(first_line(&policy, &["--ignore-case", &other]).0, 0);
}

/// It is not replaced by that of the handshake.
#[test]
fn the_arn_of_a_websocket_api_is_evaluated_as_it_is() {
    let connect = policy(&[("Allow", "")]).replace("/GET", "/$connect");
    for (route, code) in [("$connect", 0), ("$default", 1), ("chat/send", 1)] {
        let arn = format!("{STAGE}/{route}");
        let arguments = ["--api-type", "websocket", &*arn];
        assert_eq!(first_line(&connect, &arguments).0, code, "{route}");
    }
}

#[tokio::test]
async fn random_policies_are_evaluated_as_by_a_layer() {
    const PIECES: [&str; 16] = [
        "/", "/", "//", "//", "a", "b", "a", "b", ";", "%61", ".", "%2F", "/", "a", "/", "b",
    ];
    const PATTERNS: [&str; 9] = ["/", "/", "/", "//", "a", "b", "*", "*", "?"];
    let mut random = fastrand::Rng::with_seed(46);
    let mut counts = [0; 2];
    for _ in 0..60 {
        let mut text = |pieces: &[&str], most: usize| {
            let pieces = (0..random.usize(1..most)).map(|_| *random.choice(pieces).unwrap());
            format!("/{}", pieces.collect::<String>())
        };
        let (path, named) = (text(&PIECES, 7), text(&PATTERNS, 6));
        let entries = [("Allow", &*named), ("Allow", "/*/?"), ("Deny", "/a")];
        let policy = policy(&entries);
        let document = PolicyDocument::from_json(policy.as_bytes()).unwrap();
        let layer = LambdaAuthorizerLayer::token(authorizer_fn(move |_| {
            let answer = AuthorizerResponse::policy(document.clone());
            async { Ok(answer) }
        }));
        let api = Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod").unwrap();
        let layer = layer.api(api).result_ttl(Duration::ZERO).unwrap();
        let request = Request::get(&path).header("authorization", "t");
        let explanation = layer.explain(request.body(()).unwrap()).await;
        let (code, line) = first_line(&policy, &[&format!("{STAGE}/GET{path}")]);
        let is_allowed = code == 0;
        assert_eq!(
            is_allowed,
            explanation.is_allowed(),
            "{named} {path}: {line}\n{explanation}"
        );
        counts[usize::from(is_allowed)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 5), "{counts:?}");
}
