//! Parses, writes, compiles and evaluates any bytes without a panic. A written policy parses to the same policy.
#![no_main]

use execute_api_policy::{
    ConditionContext, EvaluationRequest, ParseOptions, PolicyDocument, UnusableValues,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let strict = ParseOptions::new();
    let tolerant = strict.unusable_values(UnusableValues::MatchNothing);
    for options in [strict, tolerant] {
        if let Ok(policy) = options.parse(text) {
            let read = options.parse(policy.to_json().as_bytes());
            assert_eq!(read.as_ref(), Ok(&policy));
            evaluate(&policy);
        }
    }
    assert!(strict.parse(text).is_err() || strict.parse(text) == tolerant.parse(text));
});

/// Evaluates each of the policy's own resources and a few other texts.
fn evaluate(document: &PolicyDocument) {
    let policy = document.compile();
    let keys = ConditionContext::new().with("k", "a*${k}");
    let keys = keys.with_list("l", ["2024-01-01", "10.0.0.1", "1e5"]);
    let statements = document.statements().iter();
    let entries = statements.flat_map(|statement| statement.resources().texts());
    let own = entries.map(String::as_str).take(20);
    for resource in own.chain(["", "arn:aws:execute-api:r:1:a/prod/GET/%61"]) {
        let request = EvaluationRequest::invoke(resource).with_keys(&keys);
        let evaluation = policy.evaluate(&request);
        let explanation = policy.explain(&request);
        assert_eq!(explanation.verdict(), evaluation.verdict());
        assert_eq!(explanation.deciding_statement(), evaluation.statement());
        let _ = explanation.to_string();
    }
}
