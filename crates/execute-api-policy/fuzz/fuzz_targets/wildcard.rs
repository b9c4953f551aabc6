//! Compares the matching of a pattern in a policy with a table of all prefixes.
#![no_main]

use execute_api_policy::{
    Condition, ConditionContext, Effect, EvaluationRequest, PolicyDocument, Statement, Verdict,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, text) = input;
    let expected = matches(pattern, text);
    let head = "arn:aws:execute-api:r:1:";
    let resource = format!("{head}{pattern}");
    let as_resource = Statement::invoke(Effect::Allow, [resource]);
    let arn = format!("{head}{text}");
    let request = EvaluationRequest::invoke(&arn);
    assert_eq!(allows(as_resource, &request), expected);

    let like = Condition::new("StringLike", "k", [pattern]).expect("any text will do");
    let as_value = Statement::invoke(Effect::Allow, ["*"]).with_condition(like);
    let as_value = as_value.expect("one condition");
    let keys = ConditionContext::new().with("k", text);
    assert_eq!(allows(as_value, &request.with_keys(&keys)), expected);
});

fn allows(statement: Statement, request: &EvaluationRequest<'_>) -> bool {
    let policy = PolicyDocument::new([statement]).compile();
    policy.evaluate(request).verdict() == Verdict::Allow
}

/// Computes row by row which prefixes of the text the pattern matches so far.
fn matches(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut matched = vec![false; text.len() + 1];
    matched[0] = true;
    for wanted in pattern.chars() {
        let before = matched.clone();
        matched[0] = before[0] && wanted == '*';
        for (at, found) in text.iter().enumerate() {
            matched[at + 1] = match wanted {
                '*' => before[at + 1] || matched[at],
                '?' => before[at],
                wanted => before[at] && wanted == *found,
            };
        }
    }
    matched[text.len()]
}
