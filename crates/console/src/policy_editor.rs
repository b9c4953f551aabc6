//! Lints a policy, and evaluates it for a request and for the operations of an API.

use std::{net::IpAddr, time::SystemTime};

use axum::response::Response;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use tower_lambda_authorizer::{
    ApiType, DenialReason,
    observing::LayerConfiguration,
    policy::{
        EvaluationRequest, Finding, LintOptions, PolicyDocument, PolicyError, PolicyExplanation,
    },
};

use crate::{
    body::{MAX_BYTES, Problem, json},
    grid::{Grid, Operations},
    shared::{Layer, Shared},
    shortened::shorten,
    stage::Stage,
    try_request::{method, source_ip, uri},
    unknown_keys::EditorsKeys,
};

/// The most findings in an answer. The page asks after each key press, and nobody reads more findings.
const MAX_FINDINGS: usize = 200;

/// A policy, and the request to evaluate it for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Question {
    layer: usize,
    policy: String,
    method: String,
    path: String,
    source_ip: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    findings: Vec<Finding>,
    findings_left_out: usize,
    explanation: Option<Box<RawValue>>,
    statements_left_out: usize,
    grid: Grid,
}

pub(crate) fn policy(shared: &Shared, question: &Question) -> Result<Response, Problem> {
    let layer = shared.known_layer(question.layer)?;
    let configurations = layer.watched.configurations();
    let (stage, options) = about(&layer, &configurations)?;
    let method = method(question.method.trim())?;
    let path = uri(question.path.trim())?.path().to_owned();
    let source_ip = source_ip(question.source_ip.as_deref())?;
    let document = match PolicyDocument::from_json(question.policy.as_bytes()) {
        Ok(document) => document,
        Err(error) => return Ok(json(StatusCode::OK, &Invalid::of(&error))),
    };
    let (explanation, statements_left_out) =
        explained(&document, &stage, &method, &path, source_ip);
    let operations = match layer.watched.operations() {
        Some(operations) => Operations::documented(&operations),
        None => Operations::seen(shared.ring.seen(question.layer, |summary| {
            let resource = summary.resource.as_ref();
            let path = resource.unwrap_or(&summary.path).clone();
            (path, summary.method.clone())
        })),
    };
    let mut findings = document.lint_with(&options);
    let findings_left_out = findings.len().saturating_sub(MAX_FINDINGS);
    findings.truncate(MAX_FINDINGS);
    let answer = Answer {
        findings,
        findings_left_out,
        explanation,
        statements_left_out,
        grid: Grid::new(&question.policy, &document, &stage, &operations, source_ip),
    };
    Ok(json(StatusCode::OK, &answer))
}

/// All authorizers of a whole API have the same stage.
fn about<'l>(
    layer: &Layer,
    configurations: &'l [LayerConfiguration],
) -> Result<(Stage<'l>, LintOptions), Problem> {
    let Some(first) = configurations.first() else {
        return Err(Problem::bad_request(format!(
            "The layer `{}` has no authorizer, so it evaluates no policy.",
            layer.name
        )));
    };
    let api_type = layer.watched.api_type();
    let stage = Stage::new(first, api_type);
    let is_caching = |configuration: &LayerConfiguration| !configuration.result_ttl().is_zero();
    let options = LintOptions::new()
        .caching(configurations.iter().any(is_caching))
        .websocket(api_type == ApiType::WebSocket)
        .api(first.stage_arn().trim_end_matches('/'));
    Ok((stage, options))
}

fn explained(
    document: &PolicyDocument,
    stage: &Stage<'_>,
    method: &Method,
    path: &str,
    source_ip: Option<IpAddr>,
) -> (Option<Box<RawValue>>, usize) {
    let keys = EditorsKeys {
        source_ip,
        now: Some(SystemTime::now()),
    };
    let policy = document.clone().compile();
    let explanation = match stage.question(method, path) {
        Ok(question) => written(policy.explain(&question.request().with_keys(&keys))),
        Err(reason) => {
            let arn = stage.method_arn(method, path);
            let request = EvaluationRequest::invoke(&arn).with_keys(&keys);
            refused(written(policy.explain(&request)), &reason)
        }
    };
    let whole: fn(&mut Value) -> Option<&mut Value> = |policy| Some(policy);
    let shortened = shorten(explanation, MAX_BYTES, whole);
    (shortened.explanation, shortened.statements_left_out)
}

fn written(explanation: PolicyExplanation) -> Value {
    serde_json::to_value(explanation).unwrap_or_default()
}

/// The explanation of a request that the layer refuses whatever the policy says.
fn refused(mut explanation: Value, reason: &DenialReason) -> Value {
    if let Some(members) = explanation.as_object_mut() {
        let reason = format!(
            "the layer refuses it whatever the policy says: {}",
            reason.problem()
        );
        members.insert("verdict".to_owned(), "ImplicitDeny".into());
        members.insert("reason".to_owned(), reason.into());
        members.insert("decidingStatement".to_owned(), Value::Null);
        members.insert("nearestMiss".to_owned(), Value::Null);
    }
    explanation
}

/// A text that is not a policy.
#[derive(Serialize)]
struct Invalid {
    error: Described,
}

#[derive(Serialize)]
struct Described {
    message: String,
    line: Option<usize>,
    column: Option<usize>,
    path: Option<String>,
}

impl Invalid {
    fn of(error: &PolicyError) -> Self {
        Self {
            error: Described {
                message: error.to_string(),
                line: error.line(),
                column: error.column(),
                path: error.path().map(str::to_owned),
            },
        }
    }
}
