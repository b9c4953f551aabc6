//! Evaluates policies and requests that consist of a few words, and compares the result with the naive evaluator. Only
//! long inputs make policies with an index:
//! `cargo +nightly fuzz run policy_evaluate -- -len_control=0 -max_len=1500`.
#![no_main]

#[path = "../../tests/support/naive_policy.rs"]
mod naive_policy;
#[path = "../../tests/support/policy_words.rs"]
mod policy_words;
#[path = "../support/random_policy.rs"]
mod random_policy;

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use execute_api_policy::{
    ConditionContext, EvaluationRequest, ParseOptions, UnusableValues, Verdict,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

use self::{
    naive_policy::{Answer, Key, Known, Question},
    policy_words::{OPERATORS, REQUEST_ACTIONS, REQUEST_HEADS, REQUEST_KEYS, TEXTS},
    random_policy::{GENERAL, frequent, policy, several},
};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    if let (Ok(question), Ok(policy)) = (question(&mut bytes), policy(&mut bytes, &GENERAL)) {
        let expected = naive_policy::answer(&policy, &question);
        assert_eq!(
            answer(&policy, &question),
            expected,
            "{policy} {question:?}"
        );
    }
});

fn answer(policy: &Value, question: &Question) -> Answer {
    let options = ParseOptions::new().unusable_values(UnusableValues::MatchNothing);
    let document = options.parse(policy.to_string().as_bytes());
    let compiled = document.expect("a policy").compile();
    let mut context = ConditionContext::new();
    for (key, value) in &question.keys {
        context = match value {
            Key::Text(text) => context.with(key, text),
            Key::List(texts) => context.with_list(key, texts),
            Key::Unknown => context.with_unknown(key, "nobody knows"),
            Key::Anything => unreachable!("no question has it"),
        };
    }
    let mut request = EvaluationRequest::new(&question.action, &question.resource);
    if let Some(spellings) = &question.other_spellings {
        request = request.with_other_spellings(spellings);
    }
    if question.ignores_case {
        request = request.ignoring_case();
    }
    request = match question.known {
        Known::Everything => request,
        Known::Stage => request.of_unknown_api(),
        Known::Nothing => request.of_unknown_stage(),
    };
    let evaluation = compiled.evaluate(&request.with_keys(&context));
    let verdict = match evaluation.verdict() {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    };
    (verdict, evaluation.statement())
}

fn question(bytes: &mut Unstructured<'_>) -> Result<Question> {
    let mut keys = BTreeMap::new();
    for name in REQUEST_KEYS {
        let (_, words) = bytes.choose(&OPERATORS)?;
        let mut texts = several(bytes, words, 3)?;
        match bytes.int_in_range(0..=4)? {
            0 => None,
            1 => keys.insert(name.to_owned(), Key::List(texts)),
            2 => keys.insert(name.to_owned(), Key::Unknown),
            _ => texts
                .pop()
                .and_then(|text| keys.insert(name.to_owned(), Key::Text(text))),
        };
    }
    let known = *bytes.choose(&[Known::Everything, Known::Stage, Known::Nothing])?;
    let resource = |bytes: &mut Unstructured<'_>| match known {
        Known::Everything => request_resource(bytes),
        // All spellings are of one stage.
        Known::Stage | Known::Nothing => {
            let name = several(bytes, &TEXTS, 6)?.concat();
            Ok(format!("{}a/b/a{name}", REQUEST_HEADS[0]))
        }
    };
    let spellings = if bytes.ratio(1, 3)? {
        Some(vec![resource(bytes)?, resource(bytes)?])
    } else {
        None
    };
    Ok(Question {
        action: frequent(bytes, &REQUEST_ACTIONS)?.to_owned(),
        resource: resource(bytes)?,
        other_spellings: spellings,
        ignores_case: bytes.ratio(1, 3)?,
        known,
        keys,
    })
}

fn request_resource(bytes: &mut Unstructured<'_>) -> Result<String> {
    let head = frequent(bytes, &REQUEST_HEADS)?;
    Ok(format!("{head}{}", several(bytes, &TEXTS, 12)?.concat()))
}
