//! Answers in wrong shapes: all are refused with 500, and each frequent one has its remedy.

use super::*;

const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// The answer with the policy in place of `POLICY`, and as a string in place of `TEXT`.
fn written(answer: &str) -> String {
    let text = serde_json::to_string(POLICY).unwrap();
    answer.replace("POLICY", POLICY).replace("TEXT", &text)
}

async fn explained(answer: &str, http_api: bool) -> Explanation {
    let answer = written(answer);
    let authorizer = BoxAuthorizer::new(authorizer_fn(move |_| {
        let answer = AuthorizerResponse::from_json(answer.as_bytes());
        async move { Ok(answer?) }
    }));
    let layer = if http_api {
        LambdaAuthorizerLayer::http_api(authorizer)
    } else {
        LambdaAuthorizerLayer::token(authorizer)
    };
    explanations(&layer, vec![with_token("/pets")]).await
}

#[tokio::test]
#[rustfmt::skip]
async fn an_answer_in_a_wrong_shape_is_refused_and_has_its_remedy() {
    for (answer, expected, words) in [
        (r#""{\"isAuthorized\":true}""#, "answer-in-a-string", "leave out `JSON.stringify` (JavaScript)"),
        (r"TEXT", "answer-in-a-string", "`json.dumps` (Python)"),
        (r#""Unauthorized""#, "unauthorized-returned", "`throw new Error("),
        ("null", "nothing-returned", "on every path"),
        (r#""Allow""#, "no-object-returned", "return an object"),
        ("true", "no-object-returned", "return an object"),
        ("7", "no-object-returned", "return an object"),
        (r"[POLICY]", "no-object-returned", "return an object"),
        (r#"{"statusCode":200,"body":TEXT}"#, "http-response-returned", "not an HTTP response"),
        (r#"{"body":{"policyDocument":POLICY}}"#, "answer-in-a-body", "return what is in `body`"),
        (r"POLICY", "policy-without-wrapper", "as the `policyDocument`"),
        (r#"{"principalId":"a","version":"2012-10-17","statement":[]}"#, "policy-without-wrapper", "as the `policyDocument`"),
        (r#"{"policyDocument":TEXT}"#, "policy-in-a-string", "the object itself"),
        (r#"{"PolicyDocument":POLICY}"#, "misspelt-member", "write `policyDocument`"),
        (r#"{"policy_document":POLICY}"#, "misspelt-member", "camelCase"),
        (r#"{"isAuthorised":true}"#, "misspelt-member", "write `isAuthorized`"),
        (r#"{"policyDocument":{"version":"2012-10-17","statement":[]}}"#, "misspelt-member", "write `Version`"),
        (r#"{"policyDocument":{"statement":[]}}"#, "misspelt-member", "write `Statement`"),
        (r#"{"policyDocument":{"Statements":[]}}"#, "misspelt-member", "write `Statement`"),
        (r#"{"policyDocument":{"Statement":[{"effect":"Allow","Action":"*","Resource":"*"}]}}"#, "misspelt-member", "PascalCase"),
        (r#"{"policyDocument":{"Version":null,"Statement":[]}}"#, "null-member", "leave `Version` out"),
    ] {
        for http_api in [false, true] {
            let explanation = explained(answer, http_api).await;
            let causes: Vec<_> = explanation.remedies().iter().map(Remedy::cause).collect();
            assert_eq!(causes, [expected], "{answer}\n{explanation}");
            let remedy = explanation.remedies()[0].text();
            assert!(remedy.contains(words), "{answer}\n{remedy}");
        }
    }
}

/// A member that is also in a valid answer, or a mistake of another kind.
#[tokio::test]
#[rustfmt::skip]
async fn the_neighbours_of_wrong_shapes_have_no_remedy() {
    for (answer, is_allowed) in [
        (r#"{"policyDocument":POLICY,"statusCode":200,"body":"x","Statement":1,"isAuthorised":true}"#, true),
        (r#"{"policyDocument":POLICY,"context":{"policyDocument":"{}","statusCode":1,"body":"b"}}"#, true),
        (r#"{"principalId":"a"}"#, false),
        (r#"{"policyDocument":{"Statement":TEXT}}"#, false),
        (r#"{"policyDocument":{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}}"#, false),
        (r#"{"policyDocument":{"Statement":{"Principal":"*"}}}"#, false),
        (r#"{"policyDocument":TEXT"#, false),
    ] {
        let explanation = explained(answer, false).await;
        assert_eq!(explanation.is_allowed(), is_allowed, "{answer}\n{explanation}");
        let remedies = explanation.remedies();
        assert_eq!(remedies, [], "{answer}\n{explanation}");
    }
}

/// The kind is kept when a `Value` is read, too.
#[tokio::test]
async fn an_answer_that_is_a_value_has_the_same_remedy() {
    let layer = token(BoxAuthorizer::new(authorizer_fn(|_| async {
        Ok(AuthorizerResponse::try_from(
            serde_json::json!({"policyDocument": "{}"}),
        )?)
    })));
    let explanation = explanations(&layer, vec![with_token("/pets")]).await;
    assert_eq!(explanation.remedies()[0].cause(), "policy-in-a-string");
}

/// A function's string, such as a token, is not repeated.
#[tokio::test]
async fn no_value_of_a_refused_answer_is_shown() {
    for answer in [
        r#""{\"s3cr3t\":1}""#,
        r#"{"policyDocument":"s3cr3t"}"#,
        r#"{"body":"s3cr3t"}"#,
        r#"{"PolicyDocument":"s3cr3t"}"#,
    ] {
        let explanation = explained(answer, false).await;
        assert!(!explanation.to_string().contains("s3cr3t"), "{explanation}");
    }
}
