//! The dashboard for Grafana and the table in the documentation have the metrics that there are, and no other.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use metrics::with_local_recorder;
use serde_json::Value;

use super::*;

const DASHBOARD: &str = include_str!("../../../examples/grafana/dashboard.json");
const DOCUMENTATION: &str = include_str!("../../../src/observe/metrics.rs");
const PREFIX: &str = "lambda_authorizer_";

/// An exporter that notes what is described to it.
#[derive(Default)]
struct Described {
    histograms: Mutex<BTreeSet<String>>,
    others: Mutex<BTreeSet<String>>,
}

impl Described {
    fn note(to: &Mutex<BTreeSet<String>>, name: &KeyName) {
        let mut names = to.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(names.insert(name.as_str().to_owned()), "{name:?} twice");
    }
}

impl Recorder for Described {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        assert!(name.as_str().ends_with("_total"), "{name:?}");
        Self::note(&self.others, &name);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        Self::note(&self.others, &name);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        Self::note(&self.histograms, &name);
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// The names of all metrics: histograms, and the others.
fn described() -> [BTreeSet<String>; 2] {
    let described = Described::default();
    with_local_recorder(&described, || drop(Metrics::new()));
    [described.histograms, described.others].map(|names| names.into_inner().unwrap())
}

/// All strings under a key, anywhere in the dashboard.
fn collect<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == key => found.push(text),
                    _ => collect(member, key, found),
                }
            }
        }
        Value::Array(members) => members
            .iter()
            .for_each(|member| collect(member, key, found)),
        _ => {}
    }
}

fn names_in(text: &str) -> impl Iterator<Item = String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = text.split(move |character| !is_part(character));
    let names = words.filter(|word| word.starts_with(PREFIX));
    names.map(str::to_owned)
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut expressions = Vec::new();
    collect(&dashboard["panels"], "expr", &mut expressions);
    let shown: BTreeSet<_> = expressions.iter().flat_map(|text| names_in(text)).collect();
    let [histograms, others] = described();
    let buckets = histograms.iter().map(|name| format!("{name}_bucket"));
    let there_are: BTreeSet<_> = buckets.chain(others).collect();
    assert_eq!(shown, there_are);
    // So are the metrics that the variables' values are read from.
    let mut queries = Vec::new();
    collect(&dashboard["templating"], "definition", &mut queries);
    assert_eq!(queries.len(), 2);
    for name in queries.iter().flat_map(|text| names_in(text)) {
        assert!(there_are.contains(&name), "{name}");
    }
}

/// Grafana accepts labels and outcomes that do not exist, and shows nothing.
#[test]
fn the_dashboard_asks_for_labels_and_values_that_exist() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut expressions = Vec::new();
    collect(&dashboard["panels"], "expr", &mut expressions);
    let mut values = BTreeSet::new();
    for expression in expressions {
        let in_braces = expression.split('{').skip(1);
        let selectors = in_braces.map(|rest| rest.split('}').next().unwrap());
        for matcher in selectors.flat_map(|selector| selector.split(',')) {
            let (label, value) = matcher.split_once(['=', '!']).unwrap();
            assert!(
                ["authorizer", "cache", "outcome", "operation"].contains(&label),
                "{expression}"
            );
            let value = value.trim_start_matches(['=', '~']).trim_matches('"');
            values.extend(value.split('|').map(|value| format!("{label}={value}")));
        }
    }
    use tower_lambda_authorizer::observing::{CallOutcome, Outcome, SharedTierOperation};
    let calls = [
        CallOutcome::Answered,
        CallOutcome::Unauthorized,
        CallOutcome::Abandoned,
    ];
    let expected: BTreeSet<_> = calls
        .map(CallOutcome::as_str)
        .into_iter()
        .chain([Outcome::Refused.as_str()])
        .map(|outcome| format!("outcome={outcome}"))
        .chain([format!("operation={}", SharedTierOperation::LookUp)])
        .chain(["authorizer=$authorizer", "cache=$cache"].map(str::to_owned))
        .collect();
    assert_eq!(values, expected);
}

/// Types alone do not say what to do: a 403 may be a policy's or a path's.
#[test]
fn refusals_are_shown_with_their_reasons() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut expressions = Vec::new();
    collect(&dashboard["panels"], "expr", &mut expressions);
    let mut expressions = expressions.iter();
    assert!(expressions.any(|text| text.starts_with("sum by (response_type, reason) ")));
}

#[test]
fn panels_have_numbers_of_their_own_and_do_not_overlap() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let (mut numbers, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels {
        assert!(numbers.insert(panel["id"].as_u64().unwrap()), "{panel}");
        assert!(panel["type"] == "row" || !panel["description"].as_str().unwrap().is_empty());
        let [x, y, w, h] =
            ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
        assert!(x + w <= 24, "{panel}");
        for place in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(taken.insert(place), "{place:?} of {}", panel["title"]);
        }
    }
}

#[test]
fn the_documentation_lists_every_metric_and_no_other() {
    let [histograms, others] = described();
    let there_are: BTreeSet<_> = histograms.into_iter().chain(others).collect();
    let (_, behind) = DOCUMENTATION.split_once("/// # The metrics").unwrap();
    let (table, _) = behind.split_once("/// # The labels").unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("/// | `"));
    let listed: BTreeSet<_> = rows
        .map(|row| format!("{PREFIX}{}", row.split('`').next().unwrap()))
        .collect();
    assert_eq!(listed, there_are);
}

/// Prometheus accepts names that do not exist, and finds nothing.
#[test]
fn the_documented_queries_ask_for_metrics_and_labels_that_exist() {
    let page = include_str!("../../../docs/observing.md");
    let queries = page.split("```promql").skip(1);
    let queries: Vec<_> = queries.map(|it| it.split("```").next().unwrap()).collect();
    assert!(queries.len() >= 4, "{queries:?}");
    for query in queries {
        let names: BTreeSet<_> = names_in(query).collect();
        let mut labels: BTreeSet<_> = ["", "by"].into();
        for name in &names {
            let row = format!("/// | `{}` |", name.strip_prefix(PREFIX).unwrap());
            let row = DOCUMENTATION.lines().find(|line| line.starts_with(&row));
            let row = row.unwrap_or_else(|| panic!("{name} is not documented"));
            labels.extend(row.split('|').nth(3).unwrap().split(['`', ',', ' ']));
        }
        let by = query.split("by (").skip(1);
        let by = by.flat_map(|rest| rest.split(')').next().unwrap().split(", "));
        let selected = query.split('{').skip(1);
        let selected = selected.flat_map(|rest| rest.split('}').next().unwrap().split(','));
        let selected = selected.map(|matcher| matcher.split(['=', '!']).next().unwrap());
        for label in by.chain(selected) {
            assert!(labels.contains(label), "{label} in {query}");
        }
    }
}
