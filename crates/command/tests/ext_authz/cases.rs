//! The gateway cases, asked as Envoy asks. The function is a file with recorded answers.

use std::{collections::BTreeMap, fs};

use envoy_types::{
    ext_authz::v3::pb::{CheckResponse, HttpResponse},
    pb::{envoy::service::auth::v3::attribute_context::TlsSession, google::protobuf::value::Kind},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lambda_authorizer::ApiType;

use crate::{
    case::{Case, Exchange, Expect},
    client::{ask, check, connect, http_of, source},
    process::Server,
};

#[tokio::test]
async fn the_gateway_cases_have_the_same_answers_through_envoys_protocol() {
    let (mut carried, mut exchanges, mut left) = (0, 0, BTreeMap::<_, Vec<_>>::new());
    let mut problems = Vec::new();
    for case in all_cases() {
        match not_carried(&case) {
            Some(reason) => left.entry(reason).or_default().push(case.name),
            None => {
                problems.extend(run(&case).await);
                carried += 1;
                exchanges += case.exchanges.len();
            }
        }
    }
    let all = carried + left.values().map(Vec::len).sum::<usize>();
    println!("{carried} of {all} cases carried, with {exchanges} requests");
    for (reason, names) in &left {
        println!(
            "{} not carried, {reason}: {}",
            names.len(),
            names.join(", ")
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(carried > 60, "only {carried} cases are carried");
}

fn all_cases() -> impl Iterator<Item = Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/gateway");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let cases =
        |file| serde_json::from_str::<Vec<Case>>(&fs::read_to_string(file).unwrap()).unwrap();
    files.into_iter().flat_map(cases)
}

/// Why a case is about something that is not in Envoy's protocol, or not in a document with recorded answers.
fn not_carried(case: &Case) -> Option<&'static str> {
    let expects =
        |expected: fn(&Expect) -> bool| case.exchanges.iter().any(|it| expected(&it.expect));
    let some = |matches: bool, reason| matches.then_some(reason);
    some(case.config_error, "for it has no requests")
        .or(some(
            case.exchanges.iter().any(|exchange| exchange.advance > 0.0),
            "for it moves the clock",
        ))
        .or(some(
            !case.api.stage_variables.is_empty(),
            "for no document has stage variables",
        ))
        .or(some(
            expects(|expect| expect.event.is_some()),
            "for a recorded answer shows no event",
        ))
        .or(some(
            case.answers
                .iter()
                .any(|it| it.hang || it.panic || it.raw_output.is_some()),
            "for the function does not answer in JSON",
        ))
        .or(some(
            case.answers
                .iter()
                .any(|it| it.when.method.is_some() || it.when.path.is_some()),
            "for the function asks for more than the token",
        ))
}

/// What differs from what a case expects.
async fn run(case: &Case) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("api.json"), document(case).to_string()).unwrap();
    fs::write(
        folder.path().join("answers.json"),
        answers(case).to_string(),
    )
    .unwrap();
    let api = stage_arn(case);
    let kind = kind(case);
    let server = Server::start_in(
        folder.path(),
        &[
            "ext-authz",
            "api.json",
            "--function",
            "answers.json",
            "--api",
            &api,
            "--api-type",
            kind,
        ],
    );
    let channel = connect(server.address).await;
    let mut problems = Vec::new();
    for (index, exchange) in case.exchanges.iter().enumerate() {
        let headers = exchange.request.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
            .collect();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let mut check = check(&exchange.request.method, &exchange.request.target, &headers);
        exchange
            .request
            .source_ip
            .clone_into(&mut source(&mut check).address);
        http_of(&mut check)
            .scheme
            .clone_from(&exchange.request.scheme);
        let headers = &mut http_of(&mut check).header_map.as_mut().unwrap().headers;
        headers.retain(|header| !header.key.starts_with(':'));
        if let Some(host) = headers.iter().find(|header| header.key == "host") {
            let host = String::from_utf8(host.raw_value.clone()).unwrap();
            http_of(&mut check).host = host;
        }
        if exchange.request.scheme == "https" {
            check.attributes.as_mut().unwrap().tls_session = Some(TlsSession::default());
        }
        let seen = Seen::of(ask(&channel, check).await);
        let found = seen.differences(&exchange.expect);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{} {index}: {problem}", case.name)),
        );
    }
    if !problems.is_empty() {
        problems.push(server.errors());
    }
    problems
}

fn kind(case: &Case) -> &'static str {
    match case.api.api_type().unwrap() {
        ApiType::Http => "http",
        ApiType::WebSocket => "websocket",
        _ => "rest",
    }
}

fn stage_arn(case: &Case) -> String {
    let api = &case.api;
    let stage = api.stage().unwrap();
    let (partition, region, account, id) =
        (&api.partition, &api.region, &api.account_id, &api.api_id);
    format!("arn:{partition}:execute-api:{region}:{account}:{id}/{stage}")
}

/// One authorizer, or an OpenAPI document if there are gateway responses, or routes matter.
fn document(case: &Case) -> Value {
    let sources = case.authorizer["identitySource"].as_array().unwrap();
    let names_routes = sources.contains(&json!("$context.routeKey"));
    if case.gateway_responses.is_empty() && !names_routes {
        return Value::Object(case.authorizer.clone());
    }
    let mut authorizer = case.authorizer.clone();
    let sources: Vec<_> = sources
        .iter()
        .map(|source| source.as_str().unwrap())
        .collect();
    let header = sources[0].rsplit('.').next().unwrap().to_owned();
    authorizer["identitySource"] = json!(sources.join(","));
    authorizer["type"] = json!(authorizer["type"].as_str().unwrap().to_lowercase());
    authorizer.insert("authorizerUri".into(), json!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"));
    let paths = case.exchanges.iter().map(|exchange| {
        let method = json!({"security": [{"guard": []}]});
        (
            exchange.request.resource.clone(),
            json!({exchange.request.method.to_lowercase(): method}),
        )
    });
    let paths: serde_json::Map<_, _> = paths.collect();
    let mut document = json!({
        "openapi": "3.0.1", "info": {"title": "case", "version": "1"}, "paths": paths,
        "components": {"securitySchemes": {"guard": {
            "type": "apiKey", "in": "header", "name": header, "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": authorizer,
        }}},
    });
    if !case.gateway_responses.is_empty() {
        document["x-amazon-apigateway-gateway-responses"] = json!(case.gateway_responses);
    }
    document
}

/// The case's answers for each token, or the one for all.
fn answers(case: &Case) -> Value {
    let asked = |exchange: &&Exchange| exchange.expect.invocations != Some(0);
    let first = case
        .exchanges
        .iter()
        .find(asked)
        .or(case.exchanges.first())
        .unwrap();
    let path = first.request.target.split('?').next().unwrap();
    let route = match case.api.api_type().unwrap() {
        ApiType::WebSocket => "$connect".to_owned(),
        _ => format!("{}{path}", first.request.method),
    };
    let arn = format!("{}/{route}", stage_arn(case));
    let recorded = |answer: &crate::case::Answer| match (&answer.output, &answer.error) {
        (Some(output), _) => {
            serde_json::from_str(&output.to_string().replace("$methodArn", &arn)).unwrap()
        }
        (None, error) => json!({"errorMessage": error}),
    };
    if let [answer] = case.answers.as_slice()
        && answer.when.identity.is_none()
    {
        return recorded(answer);
    }
    let otherwise = case
        .answers
        .iter()
        .find(|answer| answer.when.identity.is_none());
    let mut by_token = serde_json::Map::new();
    let sent = case
        .exchanges
        .iter()
        .flat_map(|exchange| &exchange.request.headers);
    let addresses = case
        .exchanges
        .iter()
        .map(|exchange| exchange.request.source_ip.clone());
    for token in sent.map(|(_, token)| token.clone()).chain(addresses) {
        if let Some(answer) = otherwise {
            by_token.insert(token, recorded(answer));
        }
    }
    for answer in &case.answers {
        if let Some(token) = answer
            .when
            .identity
            .as_ref()
            .and_then(|identity| identity.first())
        {
            by_token.insert(token.clone(), recorded(answer));
        }
    }
    json!({"answersByToken": by_token})
}

/// What Envoy is told.
struct Seen {
    reached: bool,
    status: Option<i32>,
    headers: Vec<(String, String)>,
    body: String,
    principal_id: Option<String>,
}

impl Seen {
    fn of(answer: CheckResponse) -> Self {
        let mut metadata = answer.dynamic_metadata.unwrap_or_default();
        let principal = metadata.fields.remove("principalId");
        let principal_id = principal.and_then(|value| match value.kind {
            Some(Kind::StringValue(text)) => Some(text),
            _ => None,
        });
        let (status, headers, body) = match answer.http_response.unwrap() {
            HttpResponse::DeniedResponse(denied) => (
                denied.status.map(|status| status.code),
                denied.headers,
                denied.body,
            ),
            _ => (None, Vec::new(), String::new()),
        };
        let headers = headers.into_iter().map(|option| {
            let header = option.header.unwrap();
            (header.key, header.value)
        });
        Self {
            reached: status.is_none(),
            status,
            headers: headers.collect(),
            body,
            principal_id,
        }
    }

    fn differences(&self, expect: &Expect) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |what: &str, is_as_expected: bool| {
            if !is_as_expected {
                found.push(format!(
                    "{what} differs: {} {:?} {:?}",
                    self.body, self.status, self.headers
                ));
            }
        };
        let value = |name: &str| {
            let mut headers = self.headers.iter();
            let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        check(
            "reached",
            expect.reached.is_none_or(|it| it == self.reached),
        );
        // The upstream has its own status.
        let status = expect.status.map(i32::from);
        check(
            "status",
            self.reached || status.is_none_or(|it| Some(it) == self.status),
        );
        check(
            "body",
            self.reached || expect.body.as_ref().is_none_or(|it| *it == self.body),
        );
        let json = || serde_json::from_str::<Value>(&self.body).unwrap_or_default();
        check("json", expect.json.as_ref().is_none_or(|it| *it == json()));
        for part in &expect.body_contains {
            check(part, self.body.contains(part));
        }
        for (name, expected) in &expect.headers {
            check(name, *expected == value(name));
        }
        let principal_id = expect.principal_id.as_ref();
        check(
            "principalId",
            principal_id.is_none_or(|it| *it == self.principal_id),
        );
        found
    }
}
