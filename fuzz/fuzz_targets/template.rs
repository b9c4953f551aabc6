//! A gateway response's template: made of words of known meaning it renders what they stand for, and of any text it renders
//! without a panic and within bounds.
#![no_main]

use std::time::SystemTime;

use arbitrary::{Result, Unstructured};
use http::{HeaderValue, Request, request::Parts};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use tower_lambda_authorizer::{
    AuthorizerResponse, LambdaAuthorizerLayer, ManualClock, authorizer_fn,
    gateway_responses::{GatewayFailure, GatewayResponse, GatewayResponses, ResponseType},
};

/// Text that begins no variable, and ends with nothing that what follows could be read with.
const TEXTS: [&str; 18] = [
    " ",
    ",",
    "\"",
    "{\"a\":\"",
    "\"}",
    "\n",
    "é",
    "$ ",
    "$$ ",
    "$x ",
    "${x} ",
    "$context ",
    "$util.x() ",
    "#if($x) ",
    "method.request ",
    "[",
    "}",
    "\\",
];

/// What a template can name here.
const NAMES: [Name; 5] = [
    Name::Message,
    Name::MessageString,
    Name::ResponseType,
    Name::Header,
    Name::Query,
];

#[derive(Debug, Clone, Copy)]
enum Name {
    Message,
    MessageString,
    ResponseType,
    Header,
    Query,
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Self::Message => "context.error.message",
            Self::MessageString => "context.error.messageString",
            Self::ResponseType => "context.error.responseType",
            Self::Header => "method.request.header.x-sent",
            Self::Query => "method.request.querystring.sent",
        }
    }
}

/// What a client sends, and what the application says of it.
#[derive(Debug)]
struct Sent {
    header: String,
    query: String,
    message: String,
}

fuzz_target!(|bytes: &[u8]| {
    // An input that is too short says nothing.
    let _ = one_case(Unstructured::new(bytes));
});

fn one_case(mut bytes: Unstructured<'_>) -> Result<()> {
    let visible = |text: &str| {
        text.chars()
            .filter(|c| matches!(c, ' '..='~'))
            .collect::<String>()
    };
    let sent = Sent {
        // A header's value has no blanks around it.
        header: visible(bytes.arbitrary()?).trim().to_owned(),
        query: bytes.arbitrary::<&str>()?.to_owned(),
        message: bytes.arbitrary::<&str>()?.to_owned(),
    };
    let json = bytes.arbitrary()?;
    if bytes.ratio(1, 3)? {
        any_text(&sent, json, &String::from_utf8_lossy(bytes.take_rest()));
    } else {
        words(&sent, json, &mut bytes)?;
    }
    Ok(())
}

fn words(sent: &Sent, json: bool, bytes: &mut Unstructured<'_>) -> Result<()> {
    let (mut template, mut expected) = (String::new(), String::new());
    while !bytes.is_empty() {
        if bytes.ratio(1, 2)? {
            let text = *bytes.choose(&TEXTS)?;
            template.push_str(text);
            expected.push_str(text);
            continue;
        }
        let name = *bytes.choose(&NAMES)?;
        let is_bare = name.text().starts_with("method.") && bytes.ratio(1, 4)?;
        match (is_bare, bytes.arbitrary()?) {
            (true, _) => template.extend([name.text(), " "]),
            (false, true) => template.extend(["${", name.text(), "}"]),
            (false, false) => template.extend(["$", name.text(), " "]),
        }
        expected.push_str(&sent.value(name, json));
        if !template.ends_with('}') {
            expected.push(' ');
        }
    }
    let rendered = sent
        .rendered(json, &template)
        .expect("a template that names what there is");
    assert_eq!(rendered, expected, "{template:?} {sent:?}");
    Ok(())
}

fn any_text(sent: &Sent, json: bool, template: &str) {
    let Some(rendered) = sent.rendered(json, template) else {
        return;
    };
    if !template.contains('$') && !template.contains("method.request.") {
        assert_eq!(rendered, template);
    }
    // The shortest name of a value has ten characters, and a character's longest escape has six.
    let longest = [&sent.header, &sent.query, &sent.message]
        .map(|text| text.len())
        .into_iter()
        .max();
    let longest = 6 * longest.unwrap_or_default() + 300;
    assert!(rendered.len() <= template.len() + longest * (template.len() / 10 + 1));
}

impl Sent {
    fn value(&self, name: Name, json: bool) -> String {
        let plain = match name {
            Name::Message => &*self.message,
            Name::MessageString => return format!("\"{}\"", escaped(&self.message)),
            Name::ResponseType => "BAD_REQUEST_BODY",
            Name::Header => &self.header,
            Name::Query => &self.query,
        };
        if json {
            escaped(plain)
        } else {
            plain.to_owned()
        }
    }

    fn parts(&self) -> Parts {
        let query: String = self
            .query
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let mut request = Request::new(());
        *request.uri_mut() = format!("/pets?sent={query}").parse().expect("a target");
        let value = HeaderValue::from_str(&self.header).expect("visible characters");
        request.headers_mut().insert("x-sent", value);
        request.into_parts().0
    }

    /// None where the template is refused.
    fn rendered(&self, json: bool, template: &str) -> Option<String> {
        let content_type = if json {
            "application/json"
        } else {
            "text/plain"
        };
        let response = GatewayResponse::new().template(content_type, template);
        let strict = GatewayResponses::default().with(ResponseType::Default4xx, response);
        let tolerant = json!({"DEFAULT_4XX": {"responseTemplates": {content_type: template}}});
        let tolerant = GatewayResponses::from_openapi(&tolerant);
        let strict = strict.ok().map(|responses| self.answered(responses));
        let tolerant = tolerant.ok().map(|responses| self.answered(responses));
        // Each response has ids of its own.
        let has_ids = template.contains("equestId");
        if let (false, Some(strict), Some(tolerant)) = (has_ids, &strict, &tolerant) {
            assert_eq!(strict, tolerant, "{template:?}");
        }
        strict.or(tolerant)
    }

    fn answered(&self, responses: GatewayResponses) -> String {
        let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
        // A template may show the time.
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH).clock();
        let layer = LambdaAuthorizerLayer::token(authorizer)
            .clock(clock)
            .gateway_responses(responses);
        let failure =
            GatewayFailure::new(ResponseType::BadRequestBody).with_message(self.message.clone());
        let response = layer.responder().respond(&failure, &mut self.parts());
        String::from_utf8(response.into_body().into_bytes().to_vec()).expect("text")
    }
}

/// As between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
