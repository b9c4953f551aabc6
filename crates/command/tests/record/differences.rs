//! Compares what was recorded with the decisions here, and names the differences.

use std::{env, fs, path::PathBuf, process};

use axum::response::Response;

use crate::{
    cloud::{Server, response},
    command::{record, rows, run},
};

const PETSTORE: &str = "tests/openapi/petstore.json";
const ANSWERS: &str = "crates/command/examples/answers.json";

const REQUESTS: &str = "\
# method  path       token         outcome
GET       /          -
GET       /pets/8    -             denied   # what was expected before does not matter
GET       /pets/8    who?
GET       /pets/8    \"keeper ann\"
GET       /pets/7    \"keeper ann\"
GET       /pets/8    \"keeper bob\"
GET       /pets/8    \"keeper eve\"
GET       /owners    -
OPTIONS   /pets      -
GET       /pets/own-401  \"keeper ann\"
GET       /pets/own-403  \"keeper ann\"
GET       /pets/gone     \"keeper ann\"
GET       /pets/8?a=b    \"keeper ann\"  \"Accept: text/html, */*\"
";

const OUTCOMES: [&str; 13] = [
    "GET / - passed",
    "GET /pets/8 - unauthorized",
    "GET /pets/8 who? unauthorized",
    "GET /pets/8 \"keeper ann\" passed",
    "GET /pets/7 \"keeper ann\" denied",
    "GET /pets/8 \"keeper bob\" unauthorized",
    "GET /pets/8 \"keeper eve\" broken",
    "GET /owners - MISSING_AUTHENTICATION_TOKEN",
    "OPTIONS /pets - passed",
    "GET /pets/own-401 \"keeper ann\" passed",
    "GET /pets/own-403 \"keeper ann\" passed",
    "GET /pets/gone \"keeper ann\" passed",
    "GET /pets/8?a=b \"keeper ann\" \"accept: text/html, */*\" passed",
];

#[test]
fn a_rest_api_that_agrees_has_no_differences() {
    let cloud = petstore();
    let recorded = record(&cloud.url(), REQUESTS, &[]);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    assert_eq!(rows(&recorded.output), OUTCOMES, "{}", recorded.output);
    assert!(recorded.output.contains("# the integration's own 401"));
    assert!(recorded.output.contains("# by a statement"));
    let checked = run(&["table", PETSTORE, ANSWERS, "-"], &recorded.output);
    assert_eq!(checked.output, "13 lines, 0 unexpected outcomes\n");

    // In its order, once each, and to no other place.
    let asked: Vec<_> = cloud.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(asked.len(), 13, "{asked:?}");
    assert_eq!(asked[0], "GET /prod/");
    assert_eq!(asked[12], "GET /prod/pets/8?a=b");
}

#[test]
fn a_table_that_was_recorded_can_be_recorded_again() {
    let cloud = petstore();
    let first = record(&cloud.url(), REQUESTS, &[]);
    let second = record(&cloud.url(), &first.output, &["--concurrency", "4"]);
    assert_eq!(first.output, second.output);
}

#[test]
fn a_template_that_differs_from_the_cloud_is_found_out() {
    let recorded = record(&petstore().url(), REQUESTS, &[]);
    let document = fs::read_to_string(PETSTORE_HERE).unwrap();
    for (breaking, by, named) in [
        (
            r#""security": [{ "keepers": [] }]"#,
            r#""security": []"#,
            "input:3: GET /pets/8: expected UNAUTHORIZED",
        ),
        (
            "[a-z]+ [a-z]+",
            "[a-z]+ ann",
            "GET /pets/8: expected a broken authorizer",
        ),
        (
            "\"/pets/{petId}\"",
            "\"/pets/{petId}/{toy}\"",
            "GET /pets/8: expected to be allowed or open",
        ),
        (
            "\"/admin\": {",
            "\"/owners\": {\"get\": {\"security\": [{\"tenants\": []}]}}, \"/admin\": {",
            "GET /owners: expected MISSING_AUTHENTICATION_TOKEN",
        ),
    ] {
        assert!(document.contains(breaking), "{breaking}");
        let file = Temporary::new(&document.replace(breaking, by));
        let checked = run(&["table", file.name(), ANSWERS, "-"], &recorded.output);
        assert_eq!(checked.code, 1, "{checked:?}");
        assert!(checked.output.contains(named), "{}", checked.output);
    }
}

#[test]
fn a_file_of_requests_becomes_a_table() {
    let requests = "\
# from a browser
GET /pets/8 HTTP/1.1
Authorization: keeper ann
sec-ch-ua: \"Chromium\";v=\"140\", \"Not A\"
X-Empty:

###
GET /admin?key=k
X-Tenant: keeper ann
";
    let cloud = petstore();
    let output = Temporary::new("");
    let recorded = record(&cloud.url(), requests, &["--output", output.name()]);
    // The answer of `tenants` has no policy for `/admin`.
    assert_eq!((recorded.code, &*recorded.output), (0, ""), "{recorded:?}");
    assert!(recorded.errors.ends_with("2 of 2 requests recorded\n"));
    let table = fs::read_to_string(output.name()).unwrap();
    assert_eq!(
        rows(&table),
        [
            "GET /pets/8 \"keeper ann\" \"sec-ch-ua: \"\"Chromium\"\";v=\"\"140\"\", \"\"Not A\"\"\" \"x-empty: \" passed",
            "GET /admin?key=k - \"x-tenant: keeper ann\" denied",
        ]
    );
    let sent = &cloud.asked()[0].headers;
    assert_eq!(sent["sec-ch-ua"], r#""Chromium";v="140", "Not A""#);
    let checked = run(&["table", PETSTORE, ANSWERS, output.name()], "");
    assert_eq!(checked.output, "2 lines, 0 unexpected outcomes\n");
}

#[test]
fn an_http_api_is_recognised_by_its_bytes() {
    let document = r#"{
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {
            "/pets/{id}": {"get": {"security": [{"keepers": []}]}},
            "/health": {"get": {}}
        },
        "components": {"securitySchemes": {"keepers": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authorizer": {
                "type": "request", "identitySource": "$request.header.Authorization",
                "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true,
                "authorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/x/invocations"
            }
        }}}
    }"#;
    let answers =
        r#"{"answersByToken": {"ann": {"isAuthorized": true}, "bob": {"isAuthorized": false}}}"#;
    let cloud = Server::of_api(document, answers, integration);
    let requests = "GET /health - \nGET /pets/8 -\nGET /pets/8 ann\nGET /pets/8 bob\nGET /dogs ann\n\
                    GET /pets/own-401 ann\nGET /pets/own-403 ann\n";
    let recorded = record(&cloud.url(), requests, &[]);
    assert_eq!(
        rows(&recorded.output),
        [
            "GET /health - passed",
            "GET /pets/8 - unauthorized",
            "GET /pets/8 ann passed",
            "GET /pets/8 bob denied",
            "GET /dogs ann 404",
            // The integration's bytes are API Gateway's.
            "GET /pets/own-401 ann unauthorized",
            "GET /pets/own-403 ann passed",
        ],
        "{recorded:?}"
    );
    let warned = |row: &&str| row.contains("# unless the integration answers with the same bytes");
    assert_eq!(recorded.output.lines().filter(warned).count(), 4);
    let document = Temporary::new(document);
    let answers = Temporary::new(answers);
    let checked = run(
        &["table", document.name(), answers.name(), "-"],
        &recorded.output,
    );
    let named = "GET /pets/own-401: expected UNAUTHORIZED\n";
    assert!(checked.output.contains(named), "{}", checked.output);
    assert!(checked.output.ends_with("7 lines, 1 unexpected outcome\n"));
}

const PETSTORE_HERE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/openapi/petstore.json"
);

fn petstore() -> Server {
    let document = fs::read_to_string(PETSTORE_HERE).unwrap();
    let answers = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/answers.json");
    Server::of_api(
        &document,
        &fs::read_to_string(answers).unwrap(),
        integration,
    )
}

fn integration(path: &str) -> Response {
    match path {
        "/pets/own-401" => response(401, &[], r#"{"message":"Unauthorized"}"#),
        "/pets/own-403" => response(403, &[], r#"{"message":"this pet is shy"}"#),
        "/pets/gone" => response(302, &[("location", "/prod/pets/elsewhere")], ""),
        _ => response(200, &[], "a pet"),
    }
}

/// A file that ends with the test.
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new(text: &str) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("record-{}-{number}", process::id());
        let file = env::temp_dir().join(name);
        fs::write(&file, text).unwrap();
        Self(file)
    }

    pub(crate) fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
