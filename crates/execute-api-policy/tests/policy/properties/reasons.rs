//! The reason in an explanation is correct: if that part of the policy is changed, the verdict changes.

use execute_api_policy::{EvaluationRequest, PolicyExplanation, StatementExplanation, Verdict};
use serde_json::{Value, json};

use super::{
    context, document, in_question,
    naive_policy::Question,
    policies::{policy, question},
    run,
};

/// The parsed reason.
enum Named {
    Action,
    Resource,
    /// An operator and a key.
    Condition(String, String),
}

fn explain(policy: &Value, question: &Question) -> PolicyExplanation {
    let context = context(question);
    let request = EvaluationRequest::new(&question.action, &question.resource);
    let request = request.with_keys(&context);
    let request = match &question.other_spellings {
        Some(spellings) => request.with_other_spellings(spellings),
        None => request,
    };
    let request = in_question(request, question);
    document(policy).compile().explain(&request)
}

/// The first part that does not apply, which the reason has to name.
fn missing(statement: &StatementExplanation, reason: &str) -> Named {
    for (part, named) in [
        (statement.action(), Named::Action),
        (statement.resource(), Named::Resource),
    ] {
        if !part.applies() {
            let entries = part.entries().iter();
            let mut names = entries.flat_map(|entry| [Some(entry.text()), entry.remark()]);
            let is_named = names.any(|text| text.is_some_and(|text| reason.contains(text)));
            assert!(is_named || reason.contains(part.member()), "{reason}");
            return named;
        }
    }
    let mut conditions = statement.conditions().iter();
    let condition = conditions.find(|condition| !condition.holds());
    let condition = condition.unwrap_or_else(|| panic!("nothing is missing: {reason}"));
    let (operator, key) = (condition.operator(), condition.key());
    let said = format!("`{operator}` of `{key}` does not hold");
    assert!(reason.contains(&said), "{reason}");
    Named::Condition(operator.to_owned(), key.to_owned())
}

fn replace(statement: &mut Value, names: [&str; 2], name: &str, value: &str) {
    let members = statement.as_object_mut().unwrap();
    for name in names {
        members.remove(name);
    }
    members.insert(name.to_owned(), value.into());
}

#[test]
fn fixing_the_reason_of_an_implicit_deny_makes_it_an_allow() {
    run(400, (policy(), question()), |(mut policy, question)| {
        let explanation = explain(&policy, &question);
        let Some(nearest) = explanation.nearest_miss() else {
            return;
        };
        let parts = 2 + explanation.statements()[nearest].conditions().len();
        for _ in 0..=parts {
            let explanation = explain(&policy, &question);
            match explanation.verdict() {
                Verdict::Allow => return,
                Verdict::ExplicitDeny => panic!("a change to an `Allow` denies: {policy}"),
                Verdict::ImplicitDeny => {}
            }
            // With fewer parts that do not apply, it is still the nearest.
            assert_eq!(explanation.nearest_miss(), Some(nearest), "{policy}");
            let statement = &mut policy["Statement"][nearest];
            match missing(&explanation.statements()[nearest], explanation.reason()) {
                Named::Action => replace(statement, ["Action", "NotAction"], "Action", "*"),
                Named::Resource => replace(statement, ["Resource", "NotResource"], "Resource", "*"),
                Named::Condition(operator, key) => {
                    let keys = statement["Condition"][operator].as_object_mut();
                    keys.unwrap().remove(&key);
                }
            }
        }
        panic!(
            "{policy} {question:?}: {}",
            explain(&policy, &question).reason()
        );
    });
}

#[test]
fn removing_the_reason_of_an_explicit_deny_changes_the_verdict() {
    run(400, (policy(), question()), |(mut policy, question)| {
        let explanation = explain(&policy, &question);
        if explanation.verdict() != Verdict::ExplicitDeny {
            return;
        }
        let denies = explanation.deciding_statement().unwrap();
        let entries = explanation.statements()[denies].resource().entries().len();
        for _ in 0..entries + 2 {
            let explanation = explain(&policy, &question);
            if explanation.deciding_statement() != Some(denies) {
                return;
            }
            let statement = &explanation.statements()[denies];
            let reason = explanation.reason();
            let changed = &mut policy["Statement"][denies];
            if let Some(condition) = statement.conditions().first() {
                let (operator, key) = (condition.operator(), condition.key());
                assert!(
                    reason.contains(&format!("`{operator}` of `{key}` holds")),
                    "{reason}"
                );
                // No request satisfies this condition.
                changed["Condition"] = json!({"ForAnyValue:Null": {"never": "true"}});
                continue;
            }
            if changed.get("NotResource").is_some() {
                assert!(
                    reason.contains("no entry of `NotResource` covers it"),
                    "{reason}"
                );
                changed["NotResource"] = "*".into();
                continue;
            }
            // Replaces the entry that the reason names.
            let entries = statement.resource().entries().iter();
            let mut named = entries.enumerate().filter(|(_, entry)| {
                let remark = entry.remark().is_some_and(|remark| reason.contains(remark));
                remark || reason.contains(&format!("`{}` covers it", entry.text()))
            });
            let (at, _) = named
                .next()
                .unwrap_or_else(|| panic!("no entry is named: {reason}"));
            let nothing = "arn:aws:s3:::nothing";
            match &mut changed["Resource"] {
                Value::Array(entries) => entries[at] = nothing.into(),
                entry => *entry = nothing.into(),
            }
        }
        panic!(
            "{policy} {question:?}: {}",
            explain(&policy, &question).reason()
        );
    });
}
