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
        ("curl http://ann:x%21@a.example", "Basic YW5uOngh"),
        ("curl http://ann@a.example", "Basic YW5uOg=="),
        (
            "curl -u ann:s3cr3t http://bob:x@a.example",
            "Basic YW5uOnMzY3IzdA==",
        ),
        (
            "curl -u ann:x --oauth2-bearer x --oauth2-bearer s3cr3t a.example",
            "Bearer s3cr3t",
        ),
        (
            "curl -H 'Authorization: s3cr3t' --oauth2-bearer x a.example",
            "s3cr3t",
        ),
        (
            "curl --oauth2-bearer x -H 'Authorization: s3cr3t' a.example",
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
    is_refused("curl 'a b'", "write such characters as in `%20`");
}

#[test]
fn a_url_is_changed_as_curl_changes_it() {
    calls("curl https://a.example/pets/../admin", "/GET/admin");
    calls("curl https://a.example/./pets/7/..", "/GET/pets/");
    calls(
        "curl --path-as-is https://a.example/pets/../admin",
        "/GET/pets/../admin",
    );
    calls(
        "curl --path-as-is https://a.example/%2e%2e/admin",
        "/GET/%2e%2e/admin",
    );
    calls("curl -g 'https://a.example/{a,b}'", "/GET/{a,b}");
    calls("curl 'a.example/pets?ids[]=1'", "/GET/pets");
    calls("curl 'a.example/pets?next=http://b.example/'", "/GET/pets");
    calls("curl '[::1]:3000/pets'", "/GET/pets");
    let query = "method.request.querystring.who";
    sends_keeper_ann("curl 'a.example?who=keeper+ann#top'", query);
}

#[test]
fn a_url_of_several_requests_or_of_none_is_refused() {
    is_refused("curl 'a.example/{s3cr3t,b}'", "add `--globoff`");
    is_refused("curl 'a.example/[1-3]'", "add `--globoff`");
    is_refused("curl 'a.example/?id=\\[]'", "add `--globoff`");
    is_refused("curl a.example/%2e%2E/s3cr3t", "add `--path-as-is`");
    is_refused("curl a.example/\u{e9}", "write such characters as in `%20`");
    is_refused("curl ftp.a.example", "write `https://`");
    is_refused("curl a.example:", "write `https://`");
    is_refused("curl ftp://a.example", "write `https://` or `http://`");
    is_refused("curl http:/a.example", "write `http://`");
    is_refused("curl http:///a.example", "write its name");
    is_refused("curl a.example:65536", "write 1 to 65535");
    is_refused("curl a@s3cr3t@a.example", "write them with `--user`");
    is_refused("curl -I -d a a.example", "`--get` with the data");
    is_refused("curl -F a=b -d a a.example", "`--get` with the data");
    is_refused(
        "curl -F a=b -H Content-Type: a.example",
        "leave `--header Content-Type:` out",
    );
    is_refused("curl -F s3cr3t a.example", "write `NAME=CONTENT`");
    is_refused("curl -G -d '' a.example", "leave it and `--get` out");
    is_refused("curl -G -d 's3cr3t b' a.example", "use `--data-urlencode`");
    is_refused(
        "curl -G -d 'a=s3cr3t#b' a.example",
        "use `--data-urlencode`",
    );
    is_refused(
        "curl -G -d a --path-as-is a.example",
        "write the data into the URL",
    );
    is_refused("curl -H Host: a.example", "write `Host: NAME`");
    is_refused("curl -H 'Host: s3cr3t d' a.example", "write `Host: NAME`");
    is_refused("curl 127.1", "write its name, or its address");
    is_refused(
        "curl --basic --oauth2-bearer s3cr3t a.example",
        "only one of `--basic` and `--oauth2-bearer`",
    );
    is_refused("curl -b @s3cr3t=b a.example", "write the cookies");
    is_refused("curl ---head a.example", "the flag `---head` is not known");
    is_refused("curl - a.example", "the flag `-` is not known");
}

#[test]
fn what_a_shell_would_do_is_refused() {
    is_refused("curl a.example/?a=b&c=s3cr3t", "`&` is for a shell");
    is_refused("curl a.example | cat", "`|` is for a shell");
    is_refused("curl -d `s3cr3t` a.example", "backticks");
    is_refused("curl -d \"price=$5\" a.example", "`$5` is for a shell");
    is_refused("curl -d$'s3cr3t' a.example", "write `'…'`");
    is_refused("curl a.example\n-H 'a: s3cr3t'", "ends with its first line");
    calls(
        "\n# what the shop calls\ncurl a.example/pets\n\n# it's all\n",
        "/GET/pets",
    );
    calls("curl -d '`$5`;\n&' a.example # it's $FREE", "/POST/");
    calls("curl -d \\`\\$5\\;\\& a.example", "/POST/");
}

#[test]
fn a_header_of_curl_is_sent_once() {
    let cookies = r#"{"type": "TOKEN", "identitySource": "method.request.header.Cookie",
        "identityValidationExpression": "a=b;c=d", "authorizerResultTtlInSeconds": 0}"#;
    let command = "curl -b a=b -b c=d a.example";
    let arguments = ["explain", "-", ANSWER, "--curl", command];
    check(&arguments, cookies, 2, "not among `answersByToken`");
    let agent = "method.request.header.user-agent";
    sends_keeper_ann("curl -A other -A 'keeper ann' a.example", agent);
    sends_keeper_ann("curl -H 'User-Agent: keeper ann' -A other a.example", agent);
    sends_keeper_ann("curl -A other -H 'User-Agent: keeper ann' a.example", agent);
    sends("curl -A x -A '' a.example", agent, false);
    let referer = "method.request.header.referer";
    sends_keeper_ann("curl -e other -e 'keeper ann;auto' a.example", referer);
    sends("curl -e ';auto' a.example", referer, false);
    let host = "method.request.header.host";
    let (_, printed) = explained("curl -H Host:b.example -H Host:c.example a.example", host);
    assert!(!printed.contains("not clear"), "{printed}");
    let encoding = "method.request.header.accept-encoding";
    sends("curl --compressed a.example", encoding, true);
    sends("curl a.example", encoding, false);
    let content_type = "method.request.header.content-type";
    sends("curl -X HEAD -d a a.example", content_type, true);
    sends_keeper_ann(
        "curl -F a=b -H Content-Type:keeper\\ ann -H Content-Type:x a.example",
        content_type,
    );
    sends("curl -G --json 1 a.example", content_type, true);
    calls("curl -G -F a=b a.example", "/POST/");
}

#[test]
fn a_command_line_may_come_from_the_standard_input() {
    let petstore = "tests/openapi/petstore.json";
    let arguments = ["explain", petstore, ANSWER, "--curl", "-"];
    let command = "curl 'https://shop.example/pets/7' \\\n  -H 'Authorization: keeper ann' \\\n  --compressed\n";
    check(&arguments, command, 1, "(`NoSeven`) denies");
    check(&arguments, "", 2, "does not begin with `curl`");
    let headers: String = (0..40_000).map(|n| format!(" -H a{n}:b")).collect();
    let command = format!("curl a.example{headers}");
    check(&arguments, &command, 2, "too many headers");
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
