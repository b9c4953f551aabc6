//! A whole API.

use std::collections::BTreeSet;

use serde_json::Value;
use tower_lambda_authorizer::{
    ApiType, AuthorizerConfig,
    openapi::{ApiDefinition, ApiReport, Guarding, ReportedOperation},
};

use super::{
    authorizer,
    finding::Finding,
    line,
    rules::{
        CONFIGURATION, CORS_MISSING, NOTE, OPEN_API, OPEN_OPERATION, PREFLIGHT_GUARDED,
        PREFLIGHT_MISSING, UNUSED_AUTHORIZER,
    },
};
use crate::document::{EVERYTHING_IS_OPEN, in_words_of_the_command, is_open, members, try_layer};

/// What is wrong with an API, and whether one of its authorizers caches results.
pub(super) fn lint(file: &str, text: &str, definition: ApiDefinition) -> (Vec<Finding>, bool) {
    let report = definition.report();
    let (mut found, caching) = of_authorizers(file, &definition);
    found.extend(of_unused(file, &definition, &report));
    if is_open(&report) {
        found.push(Finding::new(&OPEN_API, file, "", EVERYTHING_IS_OPEN));
    }
    if report.operations().iter().any(is_guarded) {
        found.extend(of_operations(file, &report));
        if definition.api_type() == ApiType::Rest {
            found.extend(of_preflights(file, &report));
            found.extend(of_cors(file, &report, &definition.to_openapi()));
        }
    }
    let notes = report.notes().iter();
    found.extend(notes.map(|note| Finding::new(&NOTE, file, "", in_words_of_the_command(note))));
    if found.iter().all(|it| it.rule.code != CONFIGURATION.code) {
        found.extend(of_layer(file, definition, &report));
    }
    let with_line = |finding: Finding| {
        let line = line::of_name(text, name_in(&finding.place));
        finding.at(line)
    };
    (found.into_iter().map(with_line).collect(), caching)
}

/// The name, the members and the configuration of each authorizer.
pub(super) fn authorizers(
    definition: &ApiDefinition,
) -> impl Iterator<Item = (&str, Value, serde_json::Result<AuthorizerConfig>)> {
    let api_type = definition.api_type();
    definition.authorizers().map(move |(name, authorizer)| {
        let members = members(authorizer);
        let config = serde_json::from_value::<AuthorizerConfig>(members.clone());
        (name, members, config.map(|it| it.for_api_type(api_type)))
    })
}

fn of_authorizers(file: &str, definition: &ApiDefinition) -> (Vec<Finding>, bool) {
    let api_type = definition.api_type();
    let (mut found, mut caching) = (Vec::new(), false);
    for (name, members, config) in authorizers(definition) {
        let place = place_of_authorizer(name);
        match config {
            Ok(config) => {
                let (of_it, caches) = authorizer::lint(file, &place, &members, config, api_type);
                found.extend(of_it);
                caching |= caches;
            }
            Err(error) => found.push(Finding::new(&CONFIGURATION, file, &place, error)),
        }
    }
    (found, caching)
}

fn of_unused(file: &str, definition: &ApiDefinition, report: &ApiReport) -> Vec<Finding> {
    let operations = report.operations().iter();
    let used: BTreeSet<_> = operations
        .filter_map(ReportedOperation::authorizer)
        .collect();
    let names = definition.authorizers().map(|(name, _)| name);
    let unused = names.filter(|name| !used.contains(name));
    unused
        .map(|name| {
            let place = place_of_authorizer(name);
            Finding::new(&UNUSED_AUTHORIZER, file, &place, "no operation uses it")
        })
        .collect()
}

fn is_guarded(operation: &ReportedOperation) -> bool {
    operation.authorizer().is_some()
}

fn place_of_authorizer(name: &str) -> String {
    format!("authorizer `{name}`")
}

/// What the document has of a place: an authorizer's name, an operation's path, or the place itself.
fn name_in(place: &str) -> &str {
    let authorizer = place.strip_prefix("authorizer `");
    match (authorizer, place.split_once(' ')) {
        (Some(name), _) => name.trim_end_matches('`'),
        (None, Some((_, path))) => path,
        (None, None) => place,
    }
}

fn of_operations(file: &str, report: &ApiReport) -> Vec<Finding> {
    let mut found = Vec::new();
    for operation in report.operations() {
        let place = format!("{} {}", operation.method(), operation.path());
        match (
            operation.guarding(),
            operation.method(),
            operation.authorizer(),
        ) {
            (_, "OPTIONS", Some(authorizer)) => {
                let message =
                    format!("the authorizer `{authorizer}` guards a browser's preflights");
                found.push(Finding::new(&PREFLIGHT_GUARDED, file, &place, message));
            }
            (Guarding::Open, method, _) if method != "OPTIONS" => {
                found.push(Finding::new(
                    &OPEN_OPERATION,
                    file,
                    &place,
                    "no authorizer guards it",
                ));
            }
            _ => {}
        }
    }
    found
}

/// Guarded paths that lack what others have. A greedy `OPTIONS` may answer for them.
fn of_preflights(file: &str, report: &ApiReport) -> Vec<Finding> {
    let answers = |it: &&ReportedOperation| matches!(it.method(), "OPTIONS" | "ANY");
    let answering = report.operations().iter().filter(answers);
    let answering: BTreeSet<_> = answering.map(ReportedOperation::path).collect();
    let is_for_browsers = report
        .operations()
        .iter()
        .any(|it| it.method() == "OPTIONS");
    if !is_for_browsers || answering.iter().any(|path| path.contains("+}")) {
        return Vec::new();
    }
    let guarded = report.operations().iter().filter(|it| is_guarded(it));
    let paths: BTreeSet<_> = guarded.map(ReportedOperation::path).collect();
    let lacking = paths.difference(&answering);
    lacking
        .map(|path| {
            let message = "the path has no `OPTIONS`, and others have it, so a browser's preflight gets 403 \
                           `Missing Authentication Token`";
            Finding::new(&PREFLIGHT_MISSING, file, &format!("OPTIONS {path}"), message)
        })
        .collect()
}

/// Gateway responses to which the headers may be added instead of the default's, since an authorizer leads to them.
const REFUSALS: [(&str, [&str; 2]); 2] = [
    ("DEFAULT_4XX", ["UNAUTHORIZED", "ACCESS_DENIED"]),
    (
        "DEFAULT_5XX",
        ["AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"],
    ),
];

fn of_cors(file: &str, report: &ApiReport, openapi: &Value) -> Vec<Finding> {
    let operations = report.operations().iter();
    let mut preflights = operations.filter(|it| it.method() == "OPTIONS");
    let is_for_browsers =
        preflights.next().is_some() || openapi.get("x-amazon-apigateway-cors").is_some();
    if !is_for_browsers {
        return Vec::new();
    }
    let has_origin = |response| has_header_of_origin(openapi, response);
    let lacking = REFUSALS.into_iter();
    let lacking = lacking.filter(|(default, own)| {
        !has_origin(default) && !own.iter().all(|response| has_origin(response))
    });
    lacking
        .map(|(default, _)| {
            let message = "browsers call the API (it has `OPTIONS` or CORS), but a refusal has no header \
                           `Access-Control-Allow-Origin`, so scripts see a CORS error instead of its status";
            Finding::new(&CORS_MISSING, file, default, message)
        })
        .collect()
}

/// Whether the document adds the header that lets scripts of other sites read this gateway response.
fn has_header_of_origin(openapi: &Value, response: &str) -> bool {
    let responses = openapi.get("x-amazon-apigateway-gateway-responses");
    let response =
        responses.and_then(|it| it.get(response)?.get("responseParameters")?.as_object());
    response.is_some_and(|headers| {
        let origin = "gatewayresponse.header.access-control-allow-origin";
        headers.keys().any(|it| it.eq_ignore_ascii_case(origin))
    })
}

/// What only the layer of the whole API finds.
fn of_layer(file: &str, definition: ApiDefinition, report: &ApiReport) -> Option<Finding> {
    let error = try_layer(definition, report).err()?;
    Some(Finding::new(&CONFIGURATION, file, "/", error))
}
