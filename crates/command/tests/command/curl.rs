//! Requests from curl command lines.

use crate::command::{check, run};

const ANY: &str = r#"{"type": "REQUEST", "authorizerResultTtlInSeconds": 0}"#;
const ANSWER: &str = "crates/command/examples/answers.json";

/// Explains the request of a command line in front of an authorizer with this identity source.
fn explained(command: &str, source: &str) -> (i32, String) {
    let document = format!(
        r#"{{"type": "REQUEST", "identitySource": "{source}", "authorizerResultTtlInSeconds": 0}}"#
    );
    run(&["explain", "-", ANSWER, "--curl", command], &document)
}

/// Checks that the value of an identity source is `keeper ann`, for which there is an answer.
#[track_caller]
fn sends_keeper_ann(command: &str, source: &str) {
    let (code, printed) = explained(command, source);
    assert!(
        printed.contains("invoked, answered"),
        "{command}: {printed}"
    );
    assert!(code < 2, "{printed}");
}

#[track_caller]
fn sends(command: &str, source: &str, is_there: bool) {
    let (_, printed) = explained(command, source);
    let missing = format!("`{source}` is missing");
    assert_eq!(
        !printed.contains(&missing),
        is_there,
        "{command}: {printed}"
    );
}

/// Checks the method and the path.
#[track_caller]
fn calls(command: &str, resource: &str) {
    let denies = "crates/command/examples/answer.json";
    let arguments = ["explain", "-", denies, "--curl", command];
    let (code, printed) = run(&arguments, ANY);
    assert_eq!(code, 1, "{command}: {printed}");
    let resource = format!("/local{resource}\n");
    assert!(
        printed.contains(&resource),
        "{command}: {resource}: {printed}"
    );
}

#[track_caller]
fn is_refused(command: &str, why: &str) {
    check(&["explain", "-", ANSWER, "--curl", command], ANY, 2, why);
}

#[test]
fn the_method_is_the_one_that_curl_sends() {
    calls("curl https://shop.example/pets", "/GET/pets");
    calls("curl -XDELETE https://shop.example/pets", "/DELETE/pets");
    calls(
        "curl --request PUT --url https://shop.example/pets",
        "/PUT/pets",
    );
    calls("curl -d a=b https://shop.example/pets", "/POST/pets");
    calls(
        "curl --data-binary @file https://shop.example/pets",
        "/POST/pets",
    );
    calls("curl --json '{}' https://shop.example/pets", "/POST/pets");
    calls("curl -F a=@file https://shop.example/pets", "/POST/pets");
    calls(
        "curl -d a=b -X PATCH https://shop.example/pets",
        "/PATCH/pets",
    );
    calls("curl -G -d a=b https://shop.example/pets", "/GET/pets");
    calls("curl -I https://shop.example/pets", "/HEAD/pets");
    calls("curl -sSLkI https://shop.example/pets", "/HEAD/pets");
}

#[test]
fn the_url_may_lack_its_scheme_and_its_path() {
    calls("curl shop.example/pets/7?a=b#top", "/GET/pets/7");
    calls("curl shop.example", "/GET/");
    calls("curl -- shop.example/pets", "/GET/pets");
    calls(
        "/usr/bin/curl -s \\\n  shop.example/pets \\\n  -k",
        "/GET/pets",
    );
}

#[test]
fn a_rest_api_s_default_endpoint_has_its_stage_left_out() {
    let host = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
    calls(&format!("curl {host}/prod/pets/7"), "/GET/pets/7");
    calls(&format!("curl {host}/prod"), "/GET/");
    let based = |path: &str, url: &str, code, prints: &str| {
        let arguments = ["explain", "-", ANSWER, "--base-path", path, "--curl", url];
        check(&arguments, ANY, code, prints);
    };
    based(
        "/v1/",
        "curl https://shop.example/v1/pets/7",
        2,
        "not among `answersByToken`",
    );
    based(
        "/v1",
        "curl https://shop.example/v12/pets",
        2,
        "does not begin with `/v1`",
    );
    based(
        "v1",
        "curl https://shop.example/v1/pets",
        2,
        "write a path, such as `/prod`",
    );
}

#[test]
fn headers_are_those_of_the_flags() {
    let token = "method.request.header.x-token";
    sends_keeper_ann("curl -H 'X-Token: keeper ann' a.example", token);
    sends_keeper_ann("curl '-HX-Token:keeper ann' a.example", token);
    sends_keeper_ann("curl --header \"X-Token: keeper ann\" a.example", token);
    sends_keeper_ann(
        "curl -A 'keeper ann' a.example",
        "method.request.header.user-agent",
    );
    sends_keeper_ann(
        "curl -e 'keeper ann' a.example",
        "method.request.header.referer",
    );
    sends("curl -H 'X-Token;' a.example", token, true);
    sends("curl a.example", token, false);
}

#[test]
fn curl_sends_headers_of_its_own_unless_they_are_replaced_or_removed() {
    let accept = "method.request.header.accept";
    sends("curl a.example", accept, true);
    sends("curl -H 'Accept:' a.example", accept, false);
    sends_keeper_ann("curl -H 'Accept: keeper ann' a.example", accept);
    let agent = "method.request.header.user-agent";
    sends("curl a.example", agent, true);
    sends("curl -A '' a.example", agent, false);
    let content_type = "method.request.header.content-type";
    sends("curl -d a a.example", content_type, true);
    sends("curl a.example", content_type, false);
    sends("curl -G -d a a.example", content_type, false);
}

#[test]
fn credentials_and_cookies_become_headers() {
    let token = |expression: &str| {
        format!(
            r#"{{"type": "TOKEN", "identitySource": "method.request.header.Authorization",
            "identityValidationExpression": "{expression}", "authorizerResultTtlInSeconds": 0}}"#
        )
    };
    for (command, value) in [
        ("curl -u ann:s3cr3t a.example", "Basic YW5uOnMzY3IzdA=="),
        ("curl --oauth2-bearer s3cr3t a.example", "Bearer s3cr3t"),
        (
            "curl -u ann:x -H 'Authorization: s3cr3t' a.example",
            "s3cr3t",
        ),
    ] {
        let arguments = ["explain", "-", ANSWER, "--curl", command];
        let (_, printed) = run(&arguments, &token(value));
        assert!(
            printed.contains("not among `answersByToken`"),
            "{command}: {printed}"
        );
        let (code, printed) = run(&arguments, &token("other"));
        assert!(printed.contains("the token does not match"), "{printed}");
        assert_eq!(code, 1);
    }
    sends(
        "curl -b 'session=s3cr3t; a=b' a.example",
        "method.request.header.cookie",
        true,
    );
}

#[test]
fn data_becomes_the_query_string_with_get() {
    let query = "method.request.querystring.who";
    sends_keeper_ann("curl -G --data-urlencode 'who=keeper ann' a.example", query);
    sends_keeper_ann("curl -G -d a=b -d who=keeper%20ann a.example/?c=d", query);
    sends("curl -d who=ann a.example", query, false);
}

#[test]
fn what_cannot_be_read_is_named() {
    is_refused(
        "curl --proxy-magic a.example",
        "the flag `--proxy-magic` is not known",
    );
    is_refused("curl -sZ a.example", "the flag `-Z` is not known");
    is_refused("curl --user=ann:s3cr3t a.example", "write `--user VALUE`");
    is_refused("curl -H", "the value of `-H` is missing");
    is_refused("curl -s", "the command has no URL");
    is_refused("curl a.example b.example", "several URLs");
    is_refused("curl -b cookies.txt a.example", "write the cookies");
    is_refused("curl -u s3cr3t a.example", "write `NAME:PASSWORD`");
    is_refused("curl -H @s3cr3t a.example", "write the headers");
    is_refused("curl -H s3cr3t a.example", "a header has no colon");
    is_refused("curl -G -d @query a.example", "write it into the URL");
    is_refused("curl -H 'a: s3cr3t a.example", "with its quotes");
    is_refused("curl --data-raw $'s3cr3t' a.example", "write `'…'`");
    is_refused("curl ^\"https://a.example^\"", "copy it for bash");
    is_refused(
        r#"curl -H "a: $TOKEN" a.example"#,
        "`$TOKEN` is for a shell",
    );
    is_refused("curl https://a.example/${ID}/x", "`${ID}` is for a shell");
    is_refused(r#"curl -H "a: $(s3cr3t)" a.example"#, "`$(` is for a shell");
    is_refused("wget a.example", "does not begin with `curl`");
    is_refused("curl 'a b'", "this is not a path");
}

#[test]
fn a_command_line_may_come_from_the_standard_input() {
    let petstore = "tests/openapi/petstore.json";
    let arguments = ["explain", petstore, ANSWER, "--curl", "-"];
    let command = "curl 'https://shop.example/pets/7' \\\n  -H 'Authorization: keeper ann' \\\n  --compressed\n";
    check(&arguments, command, 1, "(`NoSeven`) denies");
    check(&arguments, "", 2, "does not begin with `curl`");
}

#[test]
fn one_kind_of_request_is_given() {
    let both = [
        "explain",
        "-",
        ANSWER,
        "--curl",
        "curl a.example",
        "GET",
        "/",
    ];
    check(&both, ANY, 2, "the request is given twice");
    let none = ["explain", "-", ANSWER];
    check(&none, ANY, 2, "a request is missing");
    check(
        &["explain", "-", "-", "GET", "/"],
        ANY,
        2,
        "only one of the files can be `-`",
    );
}
