//! Random policies and requests.

use execute_api_policy::ConditionContext;
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use serde_json::{Map, Value, json};

use super::{
    naive_policy::{Key, Known, Question},
    policy_words::{
        ACTIONS, HEADS, KEYS, OPERATORS, PATTERNS, REQUEST_ACTIONS, REQUEST_HEADS, REQUEST_KEYS,
        TEXTS, WHOLE_RESOURCES,
    },
};

/// Chooses the first word as often as all others together.
fn first_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(words[0]), select(words)]
}

fn joined(words: &'static [&'static str], count: usize) -> impl Strategy<Value = String> {
    vec(select(words), 0..=count).prop_map(|words| words.concat())
}

/// Policies of 1 to 60 statements. The small ones are evaluated without an index, the large ones with it.
pub(crate) fn policy() -> impl Strategy<Value = Value> {
    let size = prop_oneof![1..=3_usize, 4..=16_usize, 17..=60_usize];
    let denies = prop_oneof![Just(0.0), Just(0.05), Just(0.5)];
    (size, denies).prop_flat_map(|(size, denies)| {
        let version = option::of(select(&["2012-10-17", "2012-10-17", "2008-10-17"][..]));
        (version, vec(statement(denies), size)).prop_map(|(version, statements)| {
            let mut policy = json!({ "Statement": statements });
            if let Some(version) = version {
                policy["Version"] = version.into();
            }
            policy
        })
    })
}

fn statement(denies: f64) -> impl Strategy<Value = Value> {
    let part = |name, not_name| {
        let names = prop_oneof![9 => Just(name), 1 => Just(not_name)];
        names.boxed()
    };
    let actions = prop_oneof![
        6 => Just(vec![ACTIONS[0]]),
        1 => vec(first_of(&ACTIONS), 0..=2),
    ];
    let resources = prop_oneof![
        20 => vec(resource(), 1..=2),
        1 => Just(Vec::new()),
    ];
    let statement = (
        prop::bool::weighted(denies),
        (part("Action", "NotAction"), actions),
        (part("Resource", "NotResource"), resources),
        option::weighted(0.3, conditions()),
    );
    statement.prop_map(
        |(denies, (action, actions), (resource, resources), conditions)| {
            let effect = if denies { "Deny" } else { "Allow" };
            let mut statement = json!({
                "Effect": effect, action: one_or_many(actions), resource: one_or_many(resources),
            });
            if let Some(conditions) = conditions {
                statement["Condition"] = conditions;
            }
            statement
        },
    )
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        40 => (first_of(&HEADS), joined(&PATTERNS, 6)).prop_map(|(head, name)| format!("{head}{name}")),
        1 => select(&WHOLE_RESOURCES[..]).prop_map(str::to_owned),
    ]
}

fn conditions() -> impl Strategy<Value = Value> {
    vec(condition(), 1..=2).prop_map(|conditions| {
        let mut operators = Map::new();
        for (operator, key, values) in conditions {
            operators.insert(operator, json!({ key: one_or_many(values) }));
        }
        operators.into()
    })
}

fn condition() -> impl Strategy<Value = (String, &'static str, Vec<&'static str>)> {
    let quantifier = prop_oneof![
        3 => Just(""),
        1 => Just("ForAllValues:"),
        1 => Just("ForAnyValue:"),
    ];
    let operator = (
        quantifier,
        select(&OPERATORS[..]),
        prop::bool::weighted(0.2),
    );
    operator.prop_flat_map(|(quantifier, (name, words), if_exists)| {
        let if_exists = if if_exists && name != "Null" {
            "IfExists"
        } else {
            ""
        };
        let operator = format!("{quantifier}{name}{if_exists}");
        (Just(operator), select(&KEYS[..]), vec(select(words), 0..=3))
    })
}

fn one_or_many<T: Into<Value>>(values: Vec<T>) -> Value {
    let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
    match values.len() {
        1 => values.remove(0),
        _ => values.into(),
    }
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    let action = prop_oneof![4 => Just(REQUEST_ACTIONS[0]), 1 => select(&REQUEST_ACTIONS[..])];
    let keys = btree_map(select(&REQUEST_KEYS[..]), key(), 0..=2);
    let spellings = option::weighted(0.3, vec(request_resource(), 0..=2));
    let resources = prop_oneof![
        7 => (request_resource(), spellings).prop_map(|(resource, spellings)| {
            (resource, spellings, Known::Everything)
        }),
        3 => resources_of_unknown_api(),
    ];
    let ignores_case = prop::bool::weighted(0.3);
    (action, resources, keys, ignores_case).prop_map(
        |(action, (resource, other_spellings, known), keys, ignores_case)| Question {
            action: action.to_owned(),
            resource,
            other_spellings,
            ignores_case,
            known,
            keys: keys
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        },
    )
}

/// A resource and other spellings of the same stage, of which not everything is known.
fn resources_of_unknown_api() -> impl Strategy<Value = (String, Option<Vec<String>>, Known)> {
    let beginning = (
        select(&REQUEST_HEADS[..3]),
        select(&["a", "x", "A"][..]),
        select(&["b", "a", "B", "x"][..]),
    );
    let rest = || {
        (select(&TEXTS[..]), joined(&TEXTS, 4)).prop_map(|(first, rest)| [first, &rest].concat())
    };
    let spellings = option::weighted(0.5, vec(rest(), 0..=2));
    let known = select(&[Known::Stage, Known::Nothing][..]);
    (beginning, rest(), spellings, known).prop_map(
        |((head, api, stage), rest, spellings, known)| {
            let resource = |rest: &String| format!("{head}{api}/{stage}/{rest}");
            let spellings = spellings.map(|spellings| spellings.iter().map(resource).collect());
            (resource(&rest), spellings, known)
        },
    )
}

pub(crate) fn request_resource() -> impl Strategy<Value = String> {
    let head = prop_oneof![5 => Just(REQUEST_HEADS[0]), 1 => select(&REQUEST_HEADS[..])];
    (head, joined(&TEXTS, 7)).prop_map(|(head, name)| format!("{head}{name}"))
}

/// Uses the words of one operator, so that values are comparable now and then.
fn key() -> impl Strategy<Value = Key> {
    let value = || select(&OPERATORS[..]).prop_flat_map(|(_, words)| select(words));
    prop_oneof![
        1 => Just(Key::Unknown),
        2 => value().prop_map(|text| Key::Text(text.to_owned())),
        1 => select(&OPERATORS[..]).prop_flat_map(|(_, words)| {
            let texts = vec(select(words).prop_map(str::to_owned), 0..=3);
            texts.prop_map(Key::List)
        }),
    ]
}

/// The keys of a request in the form that the crate takes.
pub(crate) fn context(question: &Question) -> ConditionContext {
    let keys = question.keys.iter();
    keys.fold(
        ConditionContext::new(),
        |context, (key, value)| match value {
            Key::Text(text) => context.with(key, text),
            Key::List(texts) => context.with_list(key, texts),
            Key::Unknown => context.with_unknown(key, "nobody knows"),
            Key::Anything => unreachable!("no question has it"),
        },
    )
}
