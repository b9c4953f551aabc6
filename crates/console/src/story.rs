//! The whole story of a decision.

use http::{HeaderName, Response};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use tower_lambda_authorizer::{
    explanations::Explanation, observing::Decision, policy::PolicyDocument,
};

use crate::{
    bounded::{bounded, cut},
    exact::Exact,
    long_policy,
    masking::{is_secret, mask_all, without_secret_members},
    shortened::{self, Shortened, shorten},
    summary::Summary,
};

/// The largest record, in bytes. The rest of a story has at most about 40 KiB. The explanation gets the remaining
/// bytes.
const MAX_RECORD_BYTES: usize = 64 * 1024;
/// The bytes for a path that does not fit into the summary, and for the parts of a record that are not texts.
const BESIDE: usize = 6 * 1024;

const MAX_NAMES: usize = 64;
const MAX_NAME_LENGTH: usize = 80;
const MAX_VALUES: usize = 30;
const MAX_VALUE_LENGTH: usize = 300;
const MAX_BODY_BYTES: usize = 8 * 1024;
const MAX_ARN_LENGTH: usize = 2_560;

/// What is known in addition to the summary. It contains no values of credentials.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Story {
    request_id: String,
    pub(crate) source_ip: Option<std::net::IpAddr>,
    api_type: String,
    authorizer: Option<String>,
    method_arn: String,
    pub(crate) header_names: Vec<String>,
    pub(crate) query_names: Vec<String>,
    context: Vec<(String, String)>,
    pub(crate) response: Option<ShownResponse>,
    explanation: Option<Box<RawValue>>,
    statements_left_out: usize,
    #[serde(skip)]
    pub(crate) exact: Exact,
}

/// A gateway response as the client got it, with masked credentials.
#[derive(Serialize)]
pub(crate) struct ShownResponse {
    status: u16,
    reason: &'static str,
    headers: Vec<(String, String)>,
    body: String,
}

/// A story with everything that the page shows.
#[derive(Serialize)]
pub(crate) struct Told<'s> {
    #[serde(flatten)]
    pub(crate) summary: &'s Summary,
    #[serde(flatten)]
    pub(crate) story: Option<&'s Story>,
    pub(crate) curl: String,
    pub(crate) test: String,
}

impl Story {
    /// The explanation contains no policy if the policy is long.
    pub(crate) fn of(
        decision: &Decision<'_>,
        explanation: Option<&Explanation>,
        long_policy: Option<&PolicyDocument>,
    ) -> Self {
        let mut context = context(decision);
        let mut response = decision.gateway_response().map(shown);
        let mut explanation = explanation
            .map(|explanation| serde_json::to_value(explanation).unwrap_or_default())
            .unwrap_or_default();

        if let (Some(policy), Value::Object(members)) = (long_policy, &mut explanation) {
            members.insert("policy".to_owned(), long_policy::outline(decision, policy));
        }

        let mut texts = Vec::new();
        for (name, value) in &mut context {
            texts.extend([name, value]);
        }
        if let Some(response) = &mut response {
            for (name, value) in &mut response.headers {
                texts.extend([name, value]);
            }
            texts.push(&mut response.body);
        }
        maskable(&mut explanation, &mut texts);
        mask_all(texts, &|text| decision.mask(text));

        let mut story = Self {
            request_id: bounded(&decision.request_id(), MAX_NAME_LENGTH),
            source_ip: decision.source_ip(),
            api_type: without_article(&decision.api_type().to_string()),
            authorizer: decision
                .authorizer_name()
                .map(|name| bounded(name, MAX_NAME_LENGTH)),
            method_arn: bounded(decision.method_arn().as_str(), MAX_ARN_LENGTH),
            header_names: names(decision.header_names().map(HeaderName::as_str)),
            query_names: names(decision.query_names().iter().map(String::as_str)),
            context: context_bounded(context),
            response: response.map(ShownResponse::bounded),
            explanation: None,
            statements_left_out: long_policy.map_or(0, |policy| policy.statements().len()),
            exact: Exact::of(decision),
        };
        story.explain(explanation);
        story
    }

    /// Adds the explanation, as far as there is room for it.
    fn explain(&mut self, explanation: Value) {
        if explanation.is_null() {
            return;
        }
        let rest = serde_json::to_string(self).map_or(0, |text| text.len());
        let room = MAX_RECORD_BYTES.saturating_sub(rest + BESIDE);
        let shortened = shorten(explanation, room, shortened::policy);
        let Shortened {
            explanation,
            statements_left_out,
        } = shortened;
        self.explanation = explanation;
        self.statements_left_out += statements_left_out;
    }
}

fn context(decision: &Decision<'_>) -> Vec<(String, String)> {
    let Some(caller) = decision.caller() else {
        return Vec::new();
    };
    let values = caller.iter().take(MAX_VALUES);
    values
        .map(|(name, value)| {
            if is_secret(name) {
                (name.to_owned(), "***".to_owned())
            } else {
                (
                    name.to_owned(),
                    without_secret_members(value).unwrap_or_else(|| value.to_owned()),
                )
            }
        })
        .collect()
}

fn context_bounded(mut context: Vec<(String, String)>) -> Vec<(String, String)> {
    for (name, value) in &mut context {
        cut(name, MAX_NAME_LENGTH);
        cut(value, MAX_VALUE_LENGTH);
    }
    context
}

/// Texts are cut only after they were masked, because half of a credential would not be recognised.
fn shown<B: AsRef<[u8]>>(response: &Response<B>) -> ShownResponse {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = response.headers().iter().take(MAX_VALUES);
    ShownResponse {
        status: response.status().as_u16(),
        reason: response.status().canonical_reason().unwrap_or_default(),
        headers: headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
            .collect(),
        body: text(response.body().as_ref()),
    }
}

impl ShownResponse {
    fn bounded(mut self) -> Self {
        for (name, value) in &mut self.headers {
            cut(name, MAX_NAME_LENGTH);
            cut(value, MAX_VALUE_LENGTH);
        }
        cut(&mut self.body, MAX_BODY_BYTES);
        self
    }
}

fn names<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let names = names.take(MAX_NAMES);
    names.map(|name| bounded(name, MAX_NAME_LENGTH)).collect()
}

/// The texts of an explanation that may repeat what a client has sent. The others are the library's own words, names from
/// the configuration, and the path, which is shown anyway.
fn maskable<'v>(value: &'v mut Value, texts: &mut Vec<&'v mut String>) {
    const OURS: [&str; 10] = [
        "action",
        "apiType",
        "effect",
        "entry",
        "expression",
        "found",
        "methodArn",
        "responseType",
        "state",
        "verdict",
    ];
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter_mut().for_each(|item| maskable(item, texts)),
        Value::Object(members) => {
            for (name, value) in members {
                if !value.is_string() || !OURS.contains(&name.as_str()) {
                    maskable(value, texts);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `a REST API` as a label.
pub(crate) fn without_article(text: &str) -> String {
    let label = text.split_once(' ').map_or(text, |(_, label)| label);
    label.to_owned()
}
