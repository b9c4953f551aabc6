//! Hostile answers and policies of an authorizer.

use super::*;

#[tokio::test]
#[rustfmt::skip]
async fn an_authorizer_that_returns_nonsense_is_a_500() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let lists = nested("[", "]");
    let objects = nested(r#"{"a":"#, "}").replace(":}", ":1}");
    let fine = r#"{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}"#;
    let answer = |policy: &str| format!(r#"{{"policyDocument":{policy}}}"#);
    let of = |statement: &str| answer(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#));
    let with = |member: &str| format!(r#"{{{member},"policyDocument":{{"Statement":{fine}}}}}"#);
    for (what, text, expected) in [
        ("null", "null".into(), BROKEN),
        ("a list", "[]".into(), BROKEN),
        ("a text", r#""text""#.into(), BROKEN),
        ("nothing", String::new(), BROKEN),
        ("10 MB", with(&format!(r#""x":"{}""#, "x".repeat(10 * 1024 * 1024))), BROKEN),
        ("10 MB of brackets", "[".repeat(10 * 1024 * 1024), BROKEN),
        ("lists in lists", lists.clone(), BROKEN),
        ("objects in objects", objects.clone(), BROKEN),
        ("an unknown member that is too deep to be read", with(&format!(r#""x":{lists}"#)), BROKEN),
        ("an unknown member", with(r#""x":[[[{"y":[1.5,"z",null]}]]]"#), SERVED),
        ("an unknown member without an end", with(&format!(r#""x":{}"#, "[".repeat(100_000))), BROKEN),
        ("deep context", with(&format!(r#""context":{objects}"#)), BROKEN),
        ("deep policy", answer(&objects), BROKEN),
        ("deep statements", of(&lists), BROKEN),
        ("deep condition", of(&fine.replacen('{', &format!(r#"{{"Condition":{objects},"#), 1)), BROKEN),
        ("deep resource", of(&fine.replace(r#""*""#, &lists)), BROKEN),
        ("unknown members", with(r#""isAuthorized":false,"x":null"#), SERVED),
        ("unknown policy member", of(&format!(r#"{fine},"x":1"#)), BROKEN),
        ("duplicate policy", with(&format!(r#""policyDocument":{{"Statement":{fine}}}"#)), BROKEN),
        ("duplicate Effect", of(&fine.replacen('{', r#"{"Effect":"Deny","#, 1)), BROKEN),
        ("an answer as a list", format!(r#"["u",{{"Statement":{fine}}},null,null,null]"#), BROKEN),
        ("a policy as a list", answer(&format!(r#"["2012-10-17",null,[{fine}]]"#)), BROKEN),
        ("a statement as a list", of(r#"[[null,"Allow","*",null,"*",null,null]]"#), BROKEN),
        ("Effect as an object", of(&fine.replace(r#""Allow""#, r#"{"Allow":null}"#)), BROKEN),
        ("Effect as a list", of(&fine.replace(r#""Allow""#, r#"["Allow"]"#)), BROKEN),
        ("nested context", with(r#""context":{"a":{"b":1}}"#), BROKEN),
        ("null in the context", with(r#""context":{"a":null}"#), BROKEN),
        ("a proxy response", r#"{"statusCode":401}"#.into(), BROKEN),
        ("a simple response", r#"{"isAuthorized":true}"#.into(), BROKEN),
        ("a number beyond all", with(r#""context":{"a":1e999}"#), BROKEN),
        ("half a surrogate", with(r#""context":{"a":"\ud800"}"#), BROKEN),
        ("Unauthorized", r#"{"errorMessage":"Unauthorized"}"#.into(), UNAUTHORIZED),
        ("another failure", r#"{"errorMessage":"Unauthorized!"}"#.into(), BROKEN),
        ("nothing allowed", of("[]"), IMPLICIT_DENY),
    ] {
        let server = token_server(move |_| Ok(AuthorizerResponse::from_json(text.as_bytes())?)).await;
        server.check(what, get_as_other("/pets"), expected, true).await;
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn a_policy_of_a_hundred_thousand_statements_is_decided() {
    let resource = |n: usize| format!("{METHOD}/{}/{n}/*", "x".repeat(n % 7));
    let deny_last = (0..100_000).map(|n| Statement::invoke(Effect::Allow, [resource(n)]));
    let deny_last = deny_last.chain([Statement::invoke(Effect::Deny, [format!("{METHOD}/pets")])]);
    let policy = PolicyDocument::new(deny_last.collect::<Vec<_>>());
    let server = token_server(move |_| Ok(AuthorizerResponse::policy(policy.clone()))).await;
    server.check("the last statement denies", get_as_other("/pets"), EXPLICIT_DENY, true).await;
    server.check("none allows", get_as_other("/dogs"), IMPLICIT_DENY, true).await;
    server.check("one allows", get_as_other("/xxxxx/99993/y"), SERVED, true).await;
    server.check("not that one", get_as_other("/xxxx/99993/y"), IMPLICIT_DENY, true).await;
}

#[tokio::test]
async fn a_policy_in_json_is_read_up_to_six_megabytes_and_refused_beyond() {
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::x"},"#;
    let policy = |count: usize| {
        let last = statement.replace("arn:aws:s3:::x", "*");
        let statements = statement.repeat(count) + last.trim_end_matches(',');
        format!(r#"{{"policyDocument":{{"Statement":[{statements}]}}}}"#)
    };
    for (what, count, expected) in [("within", 100_000, SERVED), ("beyond", 105_000, BROKEN)] {
        let text = policy(count);
        let within = text.len() <= tower_lambda_authorizer::MAX_RESPONSE_BYTES;
        assert_eq!(within, expected == SERVED, "{what}: {}", text.len());
        let server =
            token_server(move |_| Ok(AuthorizerResponse::from_json(text.as_bytes())?)).await;
        server
            .check(what, get_as_other("/pets"), expected, true)
            .await;
    }
}

/// Patterns that take exponential time with a backtracking matcher and quadratic time with a two-pointer one. Each has a
/// text to repeat, so that the pattern nearly matches.
fn adversarial_patterns(size: usize) -> [(String, &'static str); 6] {
    [
        (format!("*{}b*", "a".repeat(size)), "a"),
        (format!("*{}b", "a".repeat(size)), "a"),
        (format!("*{}c*", "ab?".repeat(size / 3)), "abx"),
        (format!("*{}c*", "?".repeat(size)), "ab"),
        (format!("{}b", "a*".repeat(size / 2)), "a"),
        (format!("{}b*", "a*".repeat(size / 2)), "a"),
    ]
}

#[tokio::test]
async fn adversarial_wildcards_on_an_8_kb_path_are_decided_soon() {
    for (pattern, text) in adversarial_patterns(4096) {
        let path = format!("/{}", text.repeat(8192 / text.len()));
        for effect in [Effect::Deny, Effect::Allow] {
            let statement = Statement::invoke(effect, [format!("{METHOD}/{pattern}")]);
            let policy = PolicyDocument::new(vec![statement; 5]);
            let answer =
                move |_: &AuthorizerRequest| Ok(AuthorizerResponse::policy(policy.clone()));
            let configure = |authorizer| {
                LambdaAuthorizerLayer::token(authorizer)
                    .method_arn_limit(10_000)
                    .unwrap()
            };
            let server = Server::start(answer, configure).await;
            let what = &pattern[..8];
            let check = server.check(what, get_as_other(&path), IMPLICIT_DENY, true);
            soon(what, check).await;
        }
    }
}

/// Half a megabyte costs a quadratic matcher half a billion steps.
#[tokio::test]
async fn adversarial_wildcards_are_linear_in_the_text() {
    for (pattern, text) in adversarial_patterns(1024) {
        let statement = Statement::invoke(Effect::Allow, [format!("{METHOD}/{pattern}")]);
        let policy = PolicyDocument::new([statement]).compile();
        let arn = format!("{METHOD}/{}", text.repeat(512 * 1024 / text.len()));
        let request = EvaluationRequest::invoke(&arn);
        let verdict = soon(&pattern[..8], async { policy.evaluate(&request).verdict() }).await;
        assert_eq!(verdict, Verdict::ImplicitDeny);
    }
}
