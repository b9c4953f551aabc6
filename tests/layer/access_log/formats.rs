//! The four sample formats of API Gateway's console, for a request that is allowed, for a hit, and for a refusal.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tower_lambda_authorizer::observing::AccessLog;

use super::{get, layer, lines, send};

const CLF: &str = r#"$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId"#;
const JSON: &str = r#"{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", "user":"$context.identity.user","requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath", "status":"$context.status","protocol":"$context.protocol", "responseLength":"$context.responseLength" }"#;
const XML: &str = r#"<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> <user>$context.identity.user</user> <requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> <resourcePath>$context.resourcePath</resourcePath> <status>$context.status</status> <protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> </request>"#;
const CSV: &str = "$context.identity.sourceIp,$context.identity.caller,$context.identity.user,$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,$context.requestId";

/// The lines for a miss, a hit and a refusal have this form, with their status and their request id.
async fn assert_lines(
    log: AccessLog,
    expected: impl Fn(&str, &str) -> String,
    id_at: fn(&str) -> &str,
) {
    let requests = vec![get("good"), get("good"), get("unknown")];
    let lines = lines(layer(), log, requests).await;
    let ids: Vec<_> = lines.iter().map(|line| id_at(line)).collect();
    let all: Vec<_> = ["-", "-", "401"].into_iter().zip(&ids).collect();
    let all: Vec<_> = all
        .into_iter()
        .map(|(status, id)| expected(status, id))
        .collect();
    assert_eq!(lines, all);
    assert!(ids.iter().all(|id| id.len() == 36), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}

fn last_36(line: &str) -> &str {
    &line[line.len() - 36..]
}

#[tokio::test]
async fn a_decision_is_a_line_in_the_clf_format() {
    let expected = |status: &str, id: &str| {
        format!(
            r#"203.0.113.7 - - [01/Dec/2021:12:00:00 +0000]"GET /pets/{{petId}} HTTP/1.1" {status} - {id}"#
        )
    };
    assert_lines(AccessLog::clf(CLF).unwrap(), expected, last_36).await;
}

#[tokio::test]
async fn a_decision_is_a_line_in_the_csv_format() {
    let expected = |status: &str, id: &str| {
        format!(
            r#"203.0.113.7,-,-,"01/Dec/2021:12:00:00 +0000",GET,/pets/{{petId}},HTTP/1.1,{status},-,{id}"#
        )
    };
    assert_lines(AccessLog::csv(CSV).unwrap(), expected, last_36).await;
}

#[tokio::test]
async fn a_decision_is_a_line_in_the_json_format() {
    let expected = |status: &str, id: &str| {
        [
            r#"{ "requestId":""#,
            id,
            r#"", "ip": "203.0.113.7", "caller":"-", "user":"-","requestTime":"01/Dec/2021:12:00:00 +0000", "#,
            r#""httpMethod":"GET","resourcePath":"/pets/{petId}", "status":""#,
            status,
            r#"","protocol":"HTTP/1.1", "responseLength":"-" }"#,
        ]
        .concat()
    };
    assert_lines(AccessLog::json(JSON).unwrap(), expected, |line| {
        &line[15..51]
    })
    .await;
}

#[tokio::test]
async fn a_decision_is_a_line_in_the_xml_format() {
    let expected = |status: &str, id: &str| {
        [
            r#"<request id=""#,
            id,
            r#""> <ip>203.0.113.7</ip> <caller>-</caller> <user>-</user> "#,
            "<requestTime>01/Dec/2021:12:00:00 +0000</requestTime> <httpMethod>GET</httpMethod> ",
            "<resourcePath>/pets/{petId}</resourcePath> <status>",
            status,
            "</status> <protocol>HTTP/1.1</protocol> <responseLength>-</responseLength> </request>",
        ]
        .concat()
    };
    assert_lines(AccessLog::xml(XML).unwrap(), expected, |line| &line[13..49]).await;
}

/// Each call of `write`, as it was made.
#[derive(Clone, Default)]
struct Writes(Arc<Mutex<Vec<String>>>);

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let mut writes = self.0.lock().unwrap();
        writes.push(text);
        match writes.len() {
            1 => Err(io::Error::other("the disk is full")),
            _ => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        panic!("a log is not flushed")
    }
}

/// An error of the writer changes nothing: the next line is written.
#[tokio::test]
async fn a_writer_gets_each_line_with_its_break_in_one_piece() {
    let writes = Writes::default();
    let log = AccessLog::clf("$context.path $context.status").unwrap();
    let layer = layer().observe(log.to_writer(writes.clone()));
    send(&layer, vec![get("good"), get("good"), get("bad")]).await;
    let writes = writes.0.lock().unwrap().clone();
    assert_eq!(
        writes,
        ["/prod/pets/7 -\n", "/prod/pets/7 -\n", "/prod/pets/7 403\n"]
    );
}

#[tokio::test]
async fn several_lines_become_one() {
    let format = "{\n  \"path\": \"$context.path\",\r\n  \"status\": $context.status\n}\n";
    let log = AccessLog::json(format).unwrap();
    let lines = lines(layer(), log, vec![get("bad")]).await;
    assert_eq!(lines, [r#"{ "path": "/prod/pets/7",  "status": 403 }"#]);
}
