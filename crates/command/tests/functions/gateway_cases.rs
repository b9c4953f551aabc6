//! The gateway cases, with a real function in Node.js as the authorizer.

use std::{fs, path::Path, process::Command, thread};

use serde_json::{Value, json};

use crate::app::is_skipped;

/// Returns what a case says for an event, as the runner of the cases does in Rust.
const FUNCTION: &str = include_str!("case_function.js");

#[test]
fn decisions_with_a_function_in_node_are_those_of_the_cases() {
    if is_skipped("the gateway cases through Node.js") {
        return;
    }
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cases/gateway"
    ));
    let cases = fs::read_dir(folder).unwrap().flat_map(|file| {
        let text = fs::read(file.unwrap().path()).unwrap();
        serde_json::from_slice::<Vec<Value>>(&text).unwrap()
    });
    let (carried, left_out): (Vec<_>, Vec<_>) = cases.partition(can_be_carried);
    let run = |cases: &[Value]| -> Vec<String> {
        let problem = |case: &Value| Some(format!("{}: {}", case["name"], check(case).err()?));
        cases.iter().filter_map(problem).collect()
    };
    let wrong: Vec<_> = thread::scope(|scope| {
        let parts = carried.chunks(carried.len().div_ceil(4));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || run(part))).collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    let count = carried.len() + left_out.len();
    println!("{} of {count} gateway cases through Node.js", carried.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(carried.len() >= 100, "only {} were run", carried.len());
}

/// Templates of WebSocket APIs are not read, and the command has no options for a clock, a scheme, stage variables, a route
/// key, and the addresses of several clients. A file of requests has no bytes outside of ASCII.
fn can_be_carried(case: &Value) -> bool {
    let exchanges = case["exchanges"].as_array().map_or(&[][..], |it| it);
    let address = |exchange: &Value| exchange["request"]["sourceIp"].clone();
    let first = exchanges.first().map(address);
    case["api"]["type"] != "WEBSOCKET"
        && case["api"].get("stageVariables").is_none()
        && !case["authorizer"].to_string().contains("routeKey")
        && exchanges
            .iter()
            .all(|exchange| Some(address(exchange)) == first)
        && !exchanges.is_empty()
        && case.get("gatewayResponses").is_none()
        && exchanges.iter().all(|exchange| {
            let request = &exchange["request"];
            let headers = request["headers"].to_string();
            exchange.get("advance").is_none()
                && request.get("scheme").is_none_or(|scheme| scheme == "https")
                && headers.bytes().all(|byte| (b' '..=b'~').contains(&byte))
                && !headers.contains('\\')
        })
}

fn check(case: &Value) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("template.json", &template(case).to_string());
    write("index.js", FUNCTION);
    write("case.json", &case.to_string());
    let exchanges = case["exchanges"].as_array().unwrap();
    let api = &case["api"];
    let text = |member: &str, default: &str| api[member].as_str().unwrap_or(default).to_owned();
    let stage = if api["type"] == "HTTP" {
        "$default"
    } else {
        "prod"
    };
    let arn = format!(
        "arn:{}:execute-api:{}:{}:{}/{}",
        text("partition", "aws"),
        text("region", "us-east-1"),
        text("accountId", "123456789012"),
        text("apiId", "abcdef1234"),
        text("stage", stage)
    );
    let requests: Vec<_> = exchanges
        .iter()
        .map(|exchange| request(&exchange["request"]))
        .collect();
    write("requests.http", &requests.join("\n###\n"));
    let address = exchanges[0]["request"]["sourceIp"]
        .as_str()
        .unwrap_or("203.0.113.7");
    let output = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args([
            "explain",
            "--format",
            "json",
            "--authorizer",
            "Gate",
            "--api",
            &arn,
        ])
        .args(["--source-ip", address, "template.json", "requests.http"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    if output.status.code() == Some(2) {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let explanations = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let explanations: Vec<_> = explanations.map(Result::unwrap).collect();
    if explanations.len() != exchanges.len() {
        return Err(format!("{} explanations", explanations.len()));
    }
    for (explanation, exchange) in explanations.iter().zip(exchanges) {
        let expected = &exchange["expect"];
        let is_allowed = explanation["allowed"] == true;
        let is_expected_allowed = match expected.get("reached") {
            Some(reached) => *reached == json!(true),
            None => expected["status"]
                .as_u64()
                .is_none_or(|status| status < 400),
        };
        let status = explanation["response"]["status"].as_u64();
        let expected_status = expected["status"].as_u64().filter(|status| *status >= 400);
        if is_allowed != is_expected_allowed || expected_status.is_some_and(|it| status != Some(it))
        {
            return Err(format!("{expected} is not {explanation}"));
        }
    }
    Ok(())
}

/// An API with the case's authorizer, whose function is in this folder.
fn template(case: &Value) -> Value {
    let is_http = case["api"]["type"] == "HTTP";
    let authorizer = &case["authorizer"];
    let mut properties = json!({"AuthorizerUri": {"Fn::GetAtt": "Function.Arn"}, "Name": "gate"});
    for (name, value) in authorizer.as_object().unwrap() {
        let (name, value) = match name.as_str() {
            "type" if is_http => ("AuthorizerType".to_owned(), value.clone()),
            "identitySource" if !is_http => {
                let sources = value
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it.as_str().unwrap());
                (
                    "IdentitySource".to_owned(),
                    json!(sources.collect::<Vec<_>>().join(", ")),
                )
            }
            name => (name[..1].to_uppercase() + &name[1..], value.clone()),
        };
        properties[name] = value;
    }
    let (api, gate, id) = match is_http {
        true => (
            json!({"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP", "Name": "a"}}),
            "AWS::ApiGatewayV2::Authorizer",
            "ApiId",
        ),
        false => (
            json!({"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}),
            "AWS::ApiGateway::Authorizer",
            "RestApiId",
        ),
    };
    properties[id] = json!({"Ref": "Api"});
    json!({"Resources": {
        "Api": api,
        "Gate": {"Type": gate, "Properties": properties},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {
            "Runtime": "nodejs20.x", "Handler": "index.handler", "Code": ".", "Timeout": 1,
        }},
    }})
}

fn request(request: &Value) -> String {
    let head = format!(
        "{} {}",
        request["method"].as_str().unwrap(),
        request["target"].as_str().unwrap()
    );
    let headers = request["headers"].as_array().unwrap().iter();
    let headers = headers.map(|header| {
        format!(
            "\n{}: {}",
            header[0].as_str().unwrap(),
            header[1].as_str().unwrap()
        )
    });
    head + &headers.collect::<String>()
}
