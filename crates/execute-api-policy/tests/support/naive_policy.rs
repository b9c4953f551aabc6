//! A second evaluator of the IAM policy language, written only for clarity. It evaluates the JSON directly, follows
//! the crate's documentation, and shares no code with the crate.

use std::collections::BTreeMap;

use serde_json::Value;

use self::{
    conditions::holds,
    glob::{glob, tokens},
};

#[path = "naive_policy/any_api.rs"]
mod any_api;
#[path = "naive_policy/conditions.rs"]
mod conditions;
#[path = "naive_policy/glob.rs"]
mod glob;
#[path = "naive_policy/values.rs"]
mod values;

/// The request to evaluate.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// `None` if only the received spelling counts.
    pub(crate) other_spellings: Option<Vec<String>>,
    /// Whether an entry that excludes covers what differs only in case.
    pub(crate) ignores_case: bool,
    /// What is known of the resource in front of the method.
    pub(crate) known: Known,
    /// The condition keys. Their names are in lower case.
    pub(crate) keys: BTreeMap<String, Key>,
}

/// What is known of a resource in front of the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Everything,
    /// The stage, and not the API.
    Stage,
    Nothing,
}

/// The value of a condition key.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Text(String),
    List(Vec<String>),
    /// The request has a value that is unknown.
    Unknown,
    /// A value that makes every pattern match. No request contains it.
    Anything,
}

/// The name of the verdict, and the index of the statement that decided.
pub(crate) type Answer = (&'static str, Option<usize>);

/// Decides a request. The policy must be one that the parser accepts.
pub(crate) fn answer(policy: &Value, question: &Question) -> Answer {
    let variables = policy["Version"] == "2012-10-17";
    let statements = objects(&policy["Statement"]);
    let first = |effect: &str| {
        statements.iter().position(|statement| {
            statement["Effect"] == effect && applies(statement, question, variables)
        })
    };
    match (first("Deny"), first("Allow")) {
        (Some(index), _) => ("ExplicitDeny", Some(index)),
        (None, Some(index)) => ("Allow", Some(index)),
        (None, None) => ("ImplicitDeny", None),
    }
}

fn applies(statement: &Value, question: &Question, variables: bool) -> bool {
    let deny = statement["Effect"] == "Deny";
    let action = |entry: &str, _| action_entry(entry, &question.action);
    let resource = |entry: &str, excludes| resource_entry(entry, question, variables, excludes);
    part_applies(statement, "Action", deny, &action)
        && part_applies(statement, "Resource", deny, &resource)
        && holds(&statement["Condition"], deny, question, variables)
}

/// How one entry relates to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Matches,
    Differs,
    /// Matches nothing because it is not an action or not an ARN.
    Broken,
    /// Has a variable without a value.
    Unresolved,
}

/// Reads `name` or `Not{name}`. The entries of a `Deny` exclude, and so do the exceptions of an `Allow`.
fn part_applies(
    statement: &Value,
    name: &str,
    deny: bool,
    entry: &dyn Fn(&str, bool) -> Entry,
) -> bool {
    let said = |entries: &Value, excludes: bool| -> Vec<Entry> {
        let entries = texts(entries);
        entries.iter().map(|text| entry(text, excludes)).collect()
    };
    let any_of = &statement[name];
    let none_of = &statement[format!("Not{name}")];
    match (any_of.is_null(), deny) {
        (false, false) => said(any_of, false).contains(&Entry::Matches),
        (false, true) => {
            let said = said(any_of, true);
            said.contains(&Entry::Matches) || said.contains(&Entry::Broken)
        }
        (true, false) => {
            let said = said(none_of, true);
            !said.is_empty() && said.iter().all(|entry| *entry == Entry::Differs)
        }
        (true, true) => !said(none_of, false).contains(&Entry::Matches),
    }
}

fn action_entry(entry: &str, action: &str) -> Entry {
    if is_everything(entry) {
        return Entry::Matches;
    }
    let entry = entry.to_ascii_lowercase();
    let action = action.to_ascii_lowercase();
    let Some((service, name)) = entry.split_once(':') else {
        return Entry::Broken;
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if service.is_empty() || !service.chars().all(fits) {
        return Entry::Broken;
    }
    let matches = action.split_once(':').is_some_and(|(of, action)| {
        of == service && glob(&tokens(name, true, None).expect("no variables"), action)
    });
    said(matches)
}

fn resource_entry(entry: &str, question: &Question, variables: bool, excludes: bool) -> Entry {
    if is_everything(entry) {
        return Entry::Matches;
    }
    let mut parts: Vec<&str> = entry.splitn(6, ':').collect();
    let names = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-*?".contains(c);
        !part.is_empty() && part.chars().all(fits)
    };
    let names_a_service =
        parts.len() > 2 && parts[0] == "arn" && names(parts[1]) && names(parts[2]);
    if !names_a_service || (parts.len() < 6 && parts.contains(&"")) {
        return Entry::Broken;
    }
    parts.resize(6, "*");
    let keys = variables.then_some(&question.keys);
    // An entry that excludes covers the request if it does so with some text for each unknown value.
    let is_unknown = glob::has_unknown(parts[5], keys);
    let guessed = (excludes && is_unknown).then(|| glob::with_anything(&question.keys));
    let keys = guessed.as_ref().or(keys);
    let Some(name) = tokens(parts[5], true, keys) else {
        return Entry::Unresolved;
    };
    let mut names = vec![name];
    let mut resources = vec![&question.resource];
    if let Some(spellings) = question.other_spellings.as_ref().filter(|_| excludes) {
        names.extend(glob::percent_decoded(parts[5], keys));
        resources.extend(spellings);
    }
    let ignores_case = question.ignores_case && excludes;
    if ignores_case {
        names.extend(glob::percent_decoded(parts[5], keys));
        names = names.iter().map(|name| glob::in_one_case(name)).collect();
    }
    // An entry that excludes covers the request if it covers that of some API.
    let mut resources: Vec<String> = resources.into_iter().cloned().collect();
    if excludes && question.known != Known::Everything {
        let some = resources
            .iter()
            .flat_map(|resource| any_api::of_some_apis(resource, &parts, &names, question.known));
        let some: Vec<_> = some.collect();
        resources.extend(some);
    }
    let name = |text: &str| {
        if ignores_case {
            glob::text_in_one_case(text)
        } else {
            text.to_owned()
        }
    };
    let covers = |resource: &str| {
        let resource: Vec<&str> = resource.splitn(6, ':').collect();
        resource.len() == 6
            && resource[0] == "arn"
            && names
                .iter()
                .any(|pattern| glob(pattern, &name(resource[5])))
            && (1..5).all(|part| {
                let pattern = tokens(parts[part], true, None).expect("no variables");
                glob(&pattern, resource[part])
            })
    };
    if resources.iter().any(|resource| covers(resource)) {
        Entry::Matches
    } else if is_unknown {
        Entry::Unresolved
    } else {
        Entry::Differs
    }
}

fn said(matches: bool) -> Entry {
    if matches {
        Entry::Matches
    } else {
        Entry::Differs
    }
}

fn is_everything(entry: &str) -> bool {
    !entry.is_empty() && entry.chars().all(|c| c == '*')
}

/// An object or a list of objects.
fn objects(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(objects) => objects.iter().collect(),
        object => vec![object],
    }
}

/// A string or a list of strings.
fn texts(value: &Value) -> Vec<&str> {
    let texts = objects(value).into_iter();
    texts.map(|text| text.as_str().expect("a text")).collect()
}
