//! Gateway responses of any text, for requests of any bytes: what is read is written and read back the same,
//! answering never panics, no value of the request ends a header's line, and a JSON template of quoted
//! variables renders JSON.
#![no_main]

use arbitrary::{Result, Unstructured};
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header, request::Parts};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tower_lambda_authorizer::{
    AuthorizerResponse, GatewayBody, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn,
    gateway_responses::{
        Cors, GatewayFailure, GatewayResponse, GatewayResponses, ResponseFamily, ResponseType,
        WwwAuthenticate,
    },
};

const EXPRESSIONS: [&str; 20] = [
    "context.error.message",
    "context.error.responseType",
    "context.error.validationErrorString",
    "context.authorizer.reason",
    "context.domainName",
    "context.domainPrefix",
    "context.httpMethod",
    "context.identity.sourceIp",
    "context.identity.userAgent",
    "context.path",
    "context.protocol",
    "context.requestTime",
    "context.resourcePath",
    "context.status",
    "method.request.header.x-sent",
    "method.request.multivalueheader.x-sent",
    "method.request.multivaluequerystring.sent",
    "method.request.path.id",
    "method.request.querystring.sent",
    "stageVariables.none",
];

const ROOTS: [&str; 8] = [
    "context.",
    "context.authorizer.",
    "context.error.",
    "method.request.header.",
    "method.request.multivalueheader.",
    "method.request.path.",
    "method.request.querystring.",
    "stageVariables.",
];

const CONTENT_TYPES: [&str; 5] = [
    "application/json",
    "Application/JSON; charset=utf-8",
    "application/problem+json",
    "text/html",
    "text/plain",
];

fuzz_target!(|bytes: &[u8]| {
    // An input that is too short says nothing.
    let _ = one_case(Unstructured::new(bytes));
});

fn one_case(mut bytes: Unstructured<'_>) -> Result<()> {
    let kind = bytes.int_in_range(0..=2)?;
    let sent = Sent::arbitrary(&mut bytes)?;
    match kind {
        0 => from_openapi(&sent, bytes.take_rest()),
        1 => any_template(&sent, bytes)?,
        _ => quoted_variables(&sent, &mut bytes)?,
    }
    Ok(())
}

fn from_openapi(sent: &Sent, text: &[u8]) {
    let Ok(extension) = serde_json::from_slice::<Value>(text) else {
        return;
    };
    let Ok(responses) = GatewayResponses::from_openapi(&extension) else {
        return;
    };
    reads_back(&responses);
    sent.answered(&responses);
}

fn any_template(sent: &Sent, mut bytes: Unstructured<'_>) -> Result<()> {
    let content_type = if bytes.ratio(1, 2)? {
        *bytes.choose(&CONTENT_TYPES)?
    } else {
        bytes.arbitrary()?
    };
    let (name, mapped) = (bytes.arbitrary::<&str>()?, bytes.arbitrary::<&str>()?);
    let text = String::from_utf8_lossy(bytes.take_rest()).into_owned();
    let response = GatewayResponse::new().template(content_type, &text);
    // Text that names no variable is refused here, and stays text there.
    if let Ok(responses) = customised(&response.clone().header(name, mapped)) {
        reads_back(&responses);
        sent.answered(&responses);
    }
    let tolerant = json!({"DEFAULT_4XX": {"responseTemplates": {content_type: text}}});
    if let Ok(responses) = GatewayResponses::from_openapi(&tolerant) {
        sent.answered(&responses);
    }
    Ok(())
}

fn quoted_variables(sent: &Sent, bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut expressions = vec!["context.error.message".to_owned()];
    for _ in 0..bytes.int_in_range(0..=6)? {
        expressions.push(expression(bytes)?);
    }
    let quoted: String = expressions
        .iter()
        .map(|expression| format!(r#","${{{expression}}}""#))
        .collect();
    let template = format!("[$context.error.messageString{quoted}]");
    let content_type = CONTENT_TYPES[bytes.choose_index(3)?];
    let response = GatewayResponse::new().template(content_type, template);
    let response = expressions
        .iter()
        .enumerate()
        .fold(response, |response, (index, expression)| {
            response.header(format!("x-value-{index}"), expression)
        });
    let Ok(responses) = customised(&response) else {
        return Ok(());
    };
    reads_back(&responses);
    let answer = sent.answered(&responses);
    for (name, value) in answer.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        let ends_the_line = |c: char| c.is_control() && c != '\t';
        assert!(!value.contains(ends_the_line), "{name}: {value:?}");
    }
    if sent.parts.method != Method::HEAD {
        let body = answer.into_body().into_bytes();
        let body: Vec<Value> = serde_json::from_slice(&body).expect("a list in JSON");
        assert_eq!(body.len(), expressions.len() + 1);
        assert_eq!(body[0], sent.message.as_str());
        assert_eq!(body[1], sent.message.as_str());
        assert!(body.iter().all(Value::is_string));
    }
    Ok(())
}

/// One that there is, or one that there may be.
fn expression(bytes: &mut Unstructured<'_>) -> Result<String> {
    if bytes.ratio(3, 4)? {
        return bytes.choose(&EXPRESSIONS).map(|text| (*text).to_owned());
    }
    let root = bytes.choose(&ROOTS)?;
    // Behind a brace the template goes on with text of its own.
    let name = bytes.arbitrary::<&str>()?.replace('}', "");
    Ok(format!("{root}{name}"))
}

/// With all that comes on top of an entry.
fn customised(
    response: &GatewayResponse,
) -> std::result::Result<GatewayResponses, tower_lambda_authorizer::ConfigError> {
    let responses = GatewayResponses::default()
        .with(ResponseType::Default4xx, response.clone())?
        .family_header(
            ResponseFamily::Client,
            "x-family",
            "method.request.querystring.sent",
        )?;
    Ok(responses
        .cors(Cors::any())
        .www_authenticate(WwwAuthenticate::bearer())
        .security_headers())
}

fn reads_back(responses: &GatewayResponses) {
    let written = responses.to_openapi();
    let read = GatewayResponses::from_openapi(&written);
    let read = read.unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(read.to_openapi(), written);
}

/// What a client sends, and what the application says of it.
struct Sent {
    parts: Parts,
    path_parameter: String,
    message: String,
}

impl Sent {
    fn arbitrary(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let mut request = Request::new(());
        if let Ok(method) = Method::from_bytes(bytes.arbitrary()?) {
            *request.method_mut() = method;
        }
        let target = format!("/{}?sent={}", text(bytes)?, text(bytes)?);
        if let Ok(uri) = Uri::try_from(target) {
            *request.uri_mut() = uri;
        }
        let names = [
            HeaderName::from_static("x-sent"),
            HeaderName::from_static("x-sent"),
            header::ACCEPT,
            header::HOST,
            header::ORIGIN,
            header::USER_AGENT,
        ];
        for name in names {
            if let Ok(value) = HeaderValue::from_bytes(bytes.arbitrary()?) {
                request.headers_mut().append(name, value);
            }
        }
        Ok(Self {
            parts: request.into_parts().0,
            path_parameter: text(bytes)?,
            message: text(bytes)?,
        })
    }

    fn answered(&self, responses: &GatewayResponses) -> Response<GatewayBody> {
        let id = self.path_parameter.clone();
        let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
        let layer = LambdaAuthorizerLayer::token(authorizer)
            .resource_resolver(move |_| {
                ResourceMatch::new()
                    .with_resource("/pets/{id}")
                    .with_path_parameter("id", &id)
            })
            .gateway_responses(responses.clone());
        let failure = GatewayFailure::new(ResponseType::BadRequestBody)
            .with_message(self.message.clone())
            .with_validation_errors(self.message.clone());
        let response = layer.responder().respond(&failure, &mut self.parts.clone());
        for (name, value) in response.headers() {
            let breaks = value.as_bytes().iter().any(|byte| b"\r\n".contains(byte));
            assert!(!breaks, "{name}: {value:?}");
        }
        response
    }
}

fn text(bytes: &mut Unstructured<'_>) -> Result<String> {
    bytes.arbitrary::<&str>().map(str::to_owned)
}
