//! What the layer has to do with a request and an authorizer's answer, written for clarity from the documentation
//! (`docs/api-types.md`) and with nothing of the crate's own code.
//!
//! Rules that may be on or off are the constants below.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::naive_policy::{self, Key, Known, Question};

/// A request whose method ARN holds `*`, `?` or `${` gets 400 where ambiguous paths are refused.
const REFUSES_PATTERNS_IN_ARNS: bool = true;

/// A method with anything but capital letters, digits, `-` and `_` gets 400 where ambiguous paths are refused.
const REFUSES_ODD_METHODS: bool = true;

/// A host in the target that is not the one in `Host` gets 400.
const REFUSES_DIFFERING_HOSTS: bool = true;

/// A condition on `aws:SourceIp` holds in a `Deny` and not in an `Allow` where the address is not known. Otherwise the key
/// is absent.
const UNKNOWN_ADDRESS_IS_UNDEFINED: bool = true;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiKind {
    Token,
    Request,
    Http1,
    Http2,
    Simple,
    WebSocket,
}

impl ApiKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Token,
        Self::Request,
        Self::Http1,
        Self::Http2,
        Self::Simple,
        Self::WebSocket,
    ];

    fn is_http(self) -> bool {
        matches!(self, Self::Http1 | Self::Http2 | Self::Simple)
    }
}

/// How the layer is configured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) kind: ApiKind,
    /// The query parameter `q` is an identity source beside the header `Authorization`. Not with TOKEN.
    pub(crate) needs_query: bool,
    /// The token has to match `t[a-z]*`. Only with TOKEN.
    pub(crate) has_expression: bool,
    pub(crate) refuses_ambiguous_paths: bool,
    /// Whether the service ignores the case of letters in paths. Only if ambiguous paths are refused.
    pub(crate) ignores_case: bool,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) host_in_target: Option<String>,
    pub(crate) path: String,
    /// With its `?`, if there is one.
    pub(crate) query: &'static str,
    pub(crate) host: String,
    /// The values of `Authorization`.
    pub(crate) tokens: Vec<Vec<u8>>,
    /// The application's condition keys, in lower case.
    pub(crate) keys: BTreeMap<String, Key>,
    pub(crate) address: Option<&'static str>,
}

/// What the authorizer says, whoever asks.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    Failure(String),
    /// Perhaps JSON, and perhaps an answer.
    Bytes(Vec<u8>),
    /// With a policy that the parser accepts, if any.
    Json(Value),
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// One of these statuses, and the authorizer is not asked.
    RefusedUnasked(Vec<u16>),
    /// One of these statuses, 200 being the protected service's, once the authorizer has answered.
    Answered(Vec<u16>),
}

impl Expected {
    pub(crate) fn has(&self, status: u16) -> bool {
        let (Self::RefusedUnasked(statuses) | Self::Answered(statuses)) = self;
        statuses.contains(&status)
    }

    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::Answered(_))
    }
}

pub(crate) fn expected(setup: &Setup, sent: &Sent, said: &Said) -> Expected {
    // Which of several refusals comes first is not the oracle's to say.
    let mut refusals = Vec::new();
    if setup.kind == ApiKind::WebSocket && sent.tokens.len() > 1 {
        refusals.push(400);
    }
    if !has_identity(setup, sent) {
        refusals.push(401);
    }
    if has_two_readings(setup, sent) {
        refusals.push(400);
    }
    if !refusals.is_empty() {
        return Expected::RefusedUnasked(refusals);
    }
    Expected::Answered(match said {
        Said::Failure(message) if message == "Unauthorized" => vec![401],
        Said::Failure(_) => vec![500],
        Said::Json(answer) => vec![decided(setup, sent, answer)],
        Said::Bytes(text) => match serde_json::from_slice::<Value>(text) {
            // Whether its policy is one, and what an entry with half an escape covers, is not the oracle's to say. But
            // a policy that lets through has to say so.
            Ok(answer) if answer.is_object() => vec![500, 403, decided(setup, sent, &answer)],
            _ => vec![500],
        },
    })
}

/// All identity sources are there. Only an HTTP API takes empty ones.
fn has_identity(setup: &Setup, sent: &Sent) -> bool {
    let joined = sent.tokens.join(&b","[..]);
    let token = if setup.kind.is_http() {
        (!sent.tokens.is_empty()).then_some(&joined)
    } else {
        sent.tokens.last()
    };
    let Some(token) = token.and_then(|token| std::str::from_utf8(token).ok()) else {
        return false;
    };
    let matches_expression = || {
        let rest = token.strip_prefix('t');
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    let is_token = setup.kind == ApiKind::Token;
    let query = match sent.query {
        "?q=v" | "?p=v&q=w" => Some("value"),
        "?q=" => Some(""),
        _ => None,
    };
    let is_enough = |value: &str| setup.kind.is_http() || !value.is_empty();
    is_enough(token)
        && (!is_token || !setup.has_expression || matches_expression())
        && (is_token || !setup.needs_query || query.is_some_and(is_enough))
}

fn has_two_readings(setup: &Setup, sent: &Sent) -> bool {
    let two_hosts = sent
        .host_in_target
        .as_ref()
        .is_some_and(|host| *host != sent.host);
    if REFUSES_DIFFERING_HOSTS && two_hosts {
        return true;
    }
    if setup.kind == ApiKind::WebSocket {
        return false;
    }
    if !setup.refuses_ambiguous_paths {
        return setup.kind.is_http() && std::str::from_utf8(&decoded(&sent.path)).is_err();
    }
    let is_ordinary =
        |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let is_odd = !sent.method.chars().all(is_ordinary);
    let arn = path_in_arn(setup, sent);
    let is_pattern = |text: &str| text.contains(['*', '?']) || text.contains("${");
    is_ambiguous(&sent.path)
        || (REFUSES_ODD_METHODS && is_odd)
        || (REFUSES_PATTERNS_IN_ARNS && (is_pattern(&arn) || is_pattern(&sent.method)))
}

fn is_ambiguous(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_cut = |at: usize| {
        !bytes[at + 1..]
            .get(..2)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    let has_cut_escape = (0..bytes.len()).any(|at| bytes[at] == b'%' && is_cut(at));
    let Ok(decoded) = String::from_utf8(decoded(path)) else {
        return true;
    };
    let slashes = |text: &str| text.matches('/').count();
    !path.starts_with('/')
        || has_cut_escape
        || slashes(&decoded) != slashes(path)
        || decoded.contains('\\')
        || decoded.chars().any(char::is_control)
        || decoded
            .split('/')
            .map(|segment| segment.split(';').next().unwrap_or(segment))
            .any(|segment| segment == "." || segment == "..")
}

/// `%XX` as bytes, once.
fn decoded(path: &str) -> Vec<u8> {
    let (mut decoded, mut rest) = (Vec::new(), path.as_bytes());
    while let [first, after @ ..] = rest {
        let hex = after
            .get(..2)
            .filter(|hex| *first == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let value =
            hex.map(|hex| u8::from_str_radix(&String::from_utf8_lossy(hex), 16).expect("digits"));
        decoded.push(value.unwrap_or(*first));
        rest = &after[value.map_or(0, |_| 2)..];
    }
    decoded
}

fn path_in_arn(setup: &Setup, sent: &Sent) -> String {
    if setup.kind.is_http() {
        String::from_utf8_lossy(&decoded(&sent.path)).into_owned()
    } else {
        sent.path.clone()
    }
}

/// The status that an answer comes to.
fn decided(setup: &Setup, sent: &Sent, answer: &Value) -> u16 {
    let of = |name: &str| answer.get(name).filter(|value| !value.is_null());
    // What is not of the form of an answer is not taken for a failure either.
    if of("context").is_some_and(|context| !context.is_object()) {
        return 500;
    }
    match of("errorMessage") {
        Some(Value::String(message)) if message == "Unauthorized" => return 401,
        Some(_) => return 500,
        None => {}
    }
    let policy = of("policyDocument");
    // `null` is a value of this one.
    let simple = answer.get("isAuthorized");
    if !context_fits(setup.kind, of("context")) {
        return 500;
    }
    if setup.kind == ApiKind::Simple {
        return match (policy, simple) {
            (None, Some(Value::Bool(true))) => 200,
            (None, Some(Value::String(text))) if text == "true" => 200,
            (None, Some(Value::Bool(false))) => 403,
            _ => 500,
        };
    }
    let Some(policy) = policy else {
        return 500;
    };
    let principal_id = of("principalId");
    let principal_id_fits = match (setup.kind.is_http(), principal_id) {
        (true, None) => false,
        (false, None) | (_, Some(Value::String(_))) => true,
        (_, Some(Value::Number(_))) => setup.kind == ApiKind::WebSocket,
        _ => false,
    };
    let key_fits = setup.kind.is_http() || of("usageIdentifierKey").is_none_or(Value::is_string);
    if !principal_id_fits || !key_fits || (setup.kind.is_http() && simple.is_some()) {
        return 500;
    }
    if setup.kind == ApiKind::WebSocket && answer.to_string().len() > 8 * 1024 {
        return 500;
    }
    if policy_allows(setup, sent, policy) {
        200
    } else {
        403
    }
}

fn context_fits(kind: ApiKind, context: Option<&Value>) -> bool {
    let no_members = Map::new();
    let members = match context {
        None => &no_members,
        Some(Value::Object(members)) => members,
        Some(_) => return false,
    };
    let takes_anything = matches!(kind, ApiKind::Http2 | ApiKind::Simple);
    members.iter().all(|(key, value)| {
        let is_left_out = kind == ApiKind::WebSocket && value.is_null();
        let is_text = value.is_string() || value.is_number() || value.is_boolean();
        takes_anything || is_left_out || (is_text && key != "principalId")
    })
}

fn policy_allows(setup: &Setup, sent: &Sent, policy: &Value) -> bool {
    let arn = |path: &str| match setup.kind {
        ApiKind::WebSocket => "arn:aws:execute-api:r:1:a/s/$connect".to_owned(),
        _ => {
            let path = path.strip_prefix('/').unwrap_or(path);
            format!("arn:aws:execute-api:r:1:a/s/{}/{path}", sent.method)
        }
    };
    let mut keys = sent.keys.clone();
    keys.extend(
        sent.address
            .map(|address| ("aws:sourceip".into(), Key::Text(address.into()))),
    );
    let question = |path: &str| Question {
        action: "execute-api:Invoke".into(),
        resource: arn(path),
        other_spellings: setup.refuses_ambiguous_paths.then(|| match setup.kind {
            ApiKind::WebSocket => Vec::new(),
            _ => {
                let mut paths = spellings(&sent.path);
                if setup.ignores_case {
                    paths.extend(readings(setup, &sent.path));
                }
                paths.iter().map(|path| arn(path)).collect()
            }
        }),
        ignores_case: setup.ignores_case && setup.kind != ApiKind::WebSocket,
        known: Known::Everything,
        keys: keys.clone(),
    };
    let is_undefined = UNKNOWN_ADDRESS_IS_UNDEFINED && sent.address.is_none();
    let policy = if is_undefined {
        without_address(policy)
    } else {
        policy.clone()
    };
    let answer = |path: &str| naive_policy::answer(&policy, &question(path)).0;
    let path = path_in_arn(setup, sent);
    if setup.kind == ApiKind::WebSocket || !setup.refuses_ambiguous_paths {
        return answer(&path) == "Allow";
    }
    // What some servers read instead is allowed, too, or the policy names this method ARN.
    let is_named = || names(&policy, &arn(&path));
    let mut readings = readings(setup, &sent.path).into_iter();
    answer(&path) == "Allow" && (readings.all(|path| answer(&path) == "Allow") || is_named())
}

/// Whether an `Allow` of the action, without a condition, has this `Resource`.
fn names(policy: &Value, arn: &str) -> bool {
    let list = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        value => vec![value.clone()],
    };
    let statements = policy.get("Statement").map(list).unwrap_or_default();
    statements.iter().any(|statement| {
        let has = |member: &str, is_it: &dyn Fn(&str) -> bool| {
            let entries = statement.get(member).map(list).unwrap_or_default();
            entries.iter().filter_map(Value::as_str).any(is_it)
        };
        let conditions = statement.get("Condition").and_then(Value::as_object);
        statement["Effect"] == "Allow"
            && conditions.is_none_or(|operators| operators.values().all(|keys| *keys == json!({})))
            && has("Action", &|action| {
                action == "*" || action.eq_ignore_ascii_case("execute-api:Invoke")
            })
            && has("Resource", &|resource| resource == arn)
    })
}

fn merged(path: &str) -> String {
    let mut merged = path.to_owned();
    while merged.contains("//") {
        merged = merged.replace("//", "/");
    }
    merged
}

/// As servers read it that look for a `;`, for a host, or for both; each also with runs of slashes merged. They read the path as
/// sent; the ARN of an HTTP API has it decoded.
fn readings(setup: &Setup, sent: &str) -> Vec<String> {
    let paths = other_paths(sent).into_iter().chain([sent.to_owned()]);
    let readings = paths.flat_map(|path| [merged(&path), path]);
    let in_arn = |path: String| {
        if setup.kind.is_http() {
            String::from_utf8_lossy(&decoded(&path)).into_owned()
        } else {
            path
        }
    };
    readings.map(in_arn).collect()
}

/// Without what follows a `;` in each segment, or to the end; without a host; without both, in either order.
fn other_paths(path: &str) -> Vec<String> {
    let name = |text: &str| text.split(';').next().unwrap_or_default().to_owned();
    let dropped = |path: &str| {
        let names = path.split('/').map(name);
        [names.collect::<Vec<_>>().join("/"), name(path)]
    };
    let mut paths = Vec::from(dropped(path));
    paths.extend(dropped(path).iter().filter_map(|path| after_host(path)));
    for after in after_host(path) {
        paths.extend(dropped(&after));
        paths.push(after);
    }
    paths
}

/// What follows the host, if the path begins with two slashes.
fn after_host(path: &str) -> Option<String> {
    let host = path.strip_prefix("//")?.trim_start_matches('/');
    let after = host.split_once('/').map_or("", |(_, after)| after);
    Some(format!("/{after}"))
}

/// As sent, decoded, and the other paths of that; each of these also with runs of slashes merged, and without one at the end.
fn spellings(path: &str) -> Vec<String> {
    let decoded = String::from_utf8_lossy(&decoded(path)).into_owned();
    let mut spellings = vec![path.to_owned()];
    for path in other_paths(&decoded).into_iter().chain([decoded]) {
        let merged = merged(&path);
        if merged.len() > 1 {
            spellings.extend(merged.strip_suffix('/').map(str::to_owned));
        }
        spellings.extend([path, merged]);
    }
    spellings
}

/// The policy without conditions on the address: met in a `Deny`, and never in an `Allow`.
fn without_address(policy: &Value) -> Value {
    let mut policy = policy.clone();
    let statements = match &mut policy["Statement"] {
        Value::Array(statements) => statements,
        statement => std::slice::from_mut(statement),
    };
    for statement in statements {
        let mut had_address = false;
        if let Some(conditions) = statement
            .get_mut("Condition")
            .and_then(Value::as_object_mut)
        {
            for keys in conditions.values_mut().filter_map(Value::as_object_mut) {
                let before = keys.len();
                keys.retain(|key, _| !key.eq_ignore_ascii_case("aws:SourceIp"));
                had_address |= keys.len() < before;
            }
        }
        if had_address && statement["Effect"] == "Allow" {
            statement["Resource"] = Value::Array(Vec::new());
            statement
                .as_object_mut()
                .map(|statement| statement.remove("NotResource"));
        }
    }
    policy
}
