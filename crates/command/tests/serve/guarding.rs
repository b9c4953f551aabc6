//! The responses that clients get, and what the server logs about them.

use serde_json::json;

use crate::{
    client::{get, send},
    process::Server,
    protected::{Protected, api as api_document, folder, write},
    upstream::Recorder,
};

#[test]
fn only_what_is_allowed_reaches_the_upstream() {
    let upstream =
        Recorder::answering("HTTP/1.1 201 Created\r\nx-pet: cat\r\ncontent-length: 5\r\n\r\na cat");
    let protected = Protected::start(upstream.address);
    for (target, headers, status, body) in [
        ("/open", &[][..], 201, "a cat"),
        ("/pets", &["authorization: allow"], 201, "a cat"),
        ("/pets", &[], 401, r#"{"message":"Unauthorized"}"#),
        (
            "/pets",
            &["authorization: deny"],
            403,
            r#"{"message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}"#,
        ),
        (
            "/pets",
            &["authorization: fail"],
            500,
            r#"{"message":null}"#,
        ),
        (
            "/dogs",
            &[],
            403,
            r#"{"message":"Missing Authentication Token"}"#,
        ),
    ] {
        let reply = get(protected.address(), target, headers);
        assert_eq!((reply.status, &*reply.body), (status, body), "{target}");
        let is_refusal = status != 201;
        let origin = reply.header("access-control-allow-origin");
        assert_eq!(
            origin,
            is_refusal.then_some("https://shop.example"),
            "{target}"
        );
        assert_eq!(
            reply.header("x-amzn-errortype").is_some(),
            is_refusal,
            "{target}"
        );
        assert_eq!(reply.header("x-pet"), (!is_refusal).then_some("cat"));
    }
    assert_eq!(upstream.requests().len(), 2);
}

#[test]
fn each_refusal_says_why_in_one_line_without_credentials() {
    let protected = Protected::start(Recorder::start().address);
    get(protected.address(), "/pets?key=s3cr3t", &["cookie: s3cr3t"]);
    get(
        protected.address(),
        "/pets/%0d%1b[31m",
        &["authorization: deny"],
    );
    get(protected.address(), "/pets/7", &["authorization: deny"]);
    get(protected.address(), "/pets", &["authorization: fail"]);
    let errors = protected.server.wait_for_error("500 GET /pets: ");
    let lines: Vec<_> = errors
        .lines()
        .skip_while(|line| !line.starts_with("listening"))
        .skip(1)
        .collect();
    assert_eq!(lines.len(), 4, "{errors}");
    assert_eq!(
        lines[0],
        "401 GET /pets: the identity source `method.request.header.Authorization` is missing; \
         the authorizer was not invoked"
    );
    assert!(
        lines[1].starts_with("400 GET /pets/%0d%1b[31m: "),
        "{errors}"
    );
    assert!(
        lines[2].starts_with("403 GET /pets/7: the policy's `Statement[0]` denies"),
        "{errors}"
    );
    assert!(
        lines[3].contains("the directory does not answer"),
        "{errors}"
    );
    assert!(!errors.contains("s3cr3t"), "{errors}");
}

/// The upstream would serve `/PETS` as `/pets`.
#[test]
fn another_case_of_a_guarded_path_reaches_no_upstream_that_ignores_case() {
    let statement = |effect: &str, path: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": format!("arn:aws:execute-api:*:*:*/*/*{path}")});
    let statements = [statement("Allow", "/*"), statement("Deny", "/pets/Admin")];
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    let answer = json!({"principalId": "ann", "policyDocument": policy});
    let mut document = crate::protected::api();
    document["paths"]["/{proxy+}"] = document["paths"]["/open"].clone();
    for (options, statuses) in [
        (&[][..], [200, 200, 200, 200]),
        (&["--ignore-case"], [401, 401, 403, 200]),
    ] {
        let upstream = Recorder::start();
        let protected = Protected::of(&document, upstream.address, options);
        write(protected.folder.path(), "answers.json", &answer);
        protected.server.wait_for_error("read again");
        let token = ["authorization: allow"];
        let sent = [
            ("/PETS", &[][..]),
            ("/Pets/7", &[]),
            ("/pets/aDMIN", &token),
            ("/pets/OTHER", &token),
        ];
        let found = sent.map(|(path, headers)| get(protected.address(), path, headers).status);
        assert_eq!(found, statuses, "{options:?}");
        let passed = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(upstream.requests().len(), passed, "{options:?}");
    }
}

#[test]
fn a_policy_of_the_deployed_api_needs_an_option() {
    let protected = Protected::start(Recorder::start().address);
    let statement = json!({
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*",
    });
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    let answer = json!({"principalId": "ann", "policyDocument": policy});
    write(protected.folder.path(), "answers.json", &answer);
    protected.server.wait_for_error("read again");
    let reply = get(protected.address(), "/pets", &["authorization: allow"]);
    assert_eq!(reply.status, 403);
    protected
        .server
        .wait_for_error("with `--api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod`");
}

#[test]
fn one_authorizer_guards_every_path() {
    let upstream = Recorder::start();
    let authorizer = serde_json::json!({
        "name": "keepers", "type": "TOKEN", "identitySource": "method.request.header.Authorization"
    });
    let protected = Protected::of(&authorizer, upstream.address, &[]);
    assert_eq!(get(protected.address(), "/any/path", &[]).status, 401);
    let allowed = get(protected.address(), "/any/path", &["authorization: allow"]);
    assert_eq!(allowed.status, 200);
    assert!(upstream.request().starts_with("GET /any/path HTTP/1.1\r\n"));
}

#[test]
fn a_missing_function_is_a_500_that_says_so() {
    let upstream = Recorder::start();
    let folder = folder(&api_document());
    let url = format!("http://{}", upstream.address);
    let server = Server::start_in(folder.path(), &["serve", "api.json", "--upstream", &url]);
    let reply = get(server.address, "/pets", &["authorization: allow"]);
    assert_eq!((reply.status, &*reply.body), (500, r#"{"message":null}"#));
    server.wait_for_error("--function");
    assert!(upstream.requests().is_empty());
}

/// Whoever has just changed the function wonders why it is not called.
#[test]
fn a_refusal_tells_that_its_answer_was_cached() {
    let protected = Protected::start(Recorder::start().address);
    for path in ["/pets", "/pets"] {
        get(protected.address(), path, &["authorization: deny"]);
    }
    get(protected.address(), "/dogs", &[]);
    let errors = protected.server.wait_for_error("403 GET /dogs: ");
    let refusals = errors
        .lines()
        .filter(|line| line.starts_with("403 GET /pets: "));
    let are_cached: Vec<_> = refusals
        .map(|line| line.ends_with("; this answer was cached 0 seconds ago"))
        .collect();
    assert_eq!(are_cached, [false, true], "{errors}");
}

#[test]
fn an_http_api_answers_with_the_phrase_of_the_status() {
    let upstream = Recorder::start();
    let mut document = crate::protected::api();
    let guard = "x-amazon-apigateway-authorizer";
    document["components"]["securitySchemes"]["keepers"][guard] = serde_json::json!({
        "type": "request", "authorizerPayloadFormatVersion": "1.0", "identitySource": "$request.header.Authorization",
        "authorizerUri": "keepers"
    });
    document
        .as_object_mut()
        .unwrap()
        .remove("x-amazon-apigateway-gateway-responses");
    let protected = Protected::of(&document, upstream.address, &[]);
    for (target, headers, status, body) in [
        ("/pets", &[][..], 401, r#"{"message":"Unauthorized"}"#),
        (
            "/pets",
            &["authorization: deny"],
            403,
            r#"{"message":"Forbidden"}"#,
        ),
        (
            "/pets",
            &["authorization: fail"],
            500,
            r#"{"message":"Internal Server Error"}"#,
        ),
        ("/dogs", &[], 404, r#"{"message":"Not Found"}"#),
        ("/pets", &["authorization: allow"], 200, ""),
    ] {
        let reply = get(protected.address(), target, headers);
        assert_eq!((reply.status, &*reply.body), (status, body), "{target}");
    }
}

#[test]
fn an_open_root_is_no_way_to_a_guarded_path() {
    let mut document = crate::protected::api();
    document["paths"]["/{proxy+}"] = document["paths"]["/open"].clone();
    let upstream = Recorder::start();
    let protected = Protected::of(&document, upstream.address, &[]);
    for path in [
        "/pets;x",
        "/pets;/x",
        "/pets%3bx",
        "/;x/pets",
        "//pets",
        "//pets;x/",
        "/pets/",
        "/./pets",
    ] {
        let reply = get(protected.address(), path, &[]);
        assert!(matches!(reply.status, 400 | 401), "{path}: {reply:?}");
    }
    assert!(upstream.requests().is_empty());
    assert_eq!(get(protected.address(), "/dogs;x", &[]).status, 200);
    // A limit: to a server that ignores case, this is the guarded path.
    assert_eq!(get(protected.address(), "/PETS", &[]).status, 200);
}

/// Java servers drop what follows a `;` in a segment, and then read `..` as the parent.
#[test]
fn an_open_folder_is_no_way_to_a_guarded_path() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for path in [
        "/open/../pets",
        "/open/..;/pets",
        "/open/..;x=1/pets",
        "/open/%2e%2e%3b/pets",
    ] {
        let reply = get(protected.address(), path, &[]);
        assert_eq!(reply.status, 400, "{path}");
    }
    assert!(upstream.requests().is_empty());
}

/// Some servers read `delete` as `DELETE`, but to a policy they are two methods.
#[test]
fn a_method_in_lower_case_reaches_no_upstream() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for (method, status) in [("delete", 400), ("gEt", 400), ("PURGE", 200), ("GET", 200)] {
        let request = format!(
            "{method} /open HTTP/1.1\r\nhost: a\r\nauthorization: allow\r\nconnection: close\r\n\r\n"
        );
        let reply = send(protected.address(), request);
        let line = format!("HTTP/1.1 {status} ");
        assert!(reply.starts_with(&line), "{method}: {reply}");
    }
    assert_eq!(upstream.requests().len(), 2);
    protected
        .server
        .wait_for_error("400 delete /open: methods are written in upper case");
}

/// Without `--api`, the server does not know which API it represents.
#[test]
fn a_deny_that_names_any_api_counts_without_an_api() {
    let statement = |effect: &str, resource: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource});
    let pets = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/*/pets";
    let policy = json!({"Version": "2012-10-17", "Statement": [statement("Allow", "*"), statement("Deny", pets)]});
    let answers = json!({"principalId": "ann", "policyDocument": policy});
    let upstream = Recorder::start();
    let url = format!("http://{}", upstream.address);
    let api = |id: &str| format!("arn:aws:execute-api:eu-west-1:123456789012:{id}/prod");
    for (options, status) in [
        (&[][..], 403),
        (&["--stage", "prod"], 403),
        (&["--stage", "dev"], 200),
        (&["--api", &api("abc123")], 403),
        (&["--api", &api("other")], 200),
    ] {
        let folder = folder(&api_document());
        write(folder.path(), "answers.json", &answers);
        let arguments = [
            "serve",
            "api.json",
            "--upstream",
            &url,
            "--function",
            "answers.json",
        ];
        let server = Server::start_in(folder.path(), &[&arguments[..], options].concat());
        let reply = get(server.address, "/pets", &["authorization: t"]);
        assert_eq!(reply.status, status, "{options:?}");
        let reply = get(server.address, "/pets/7", &["authorization: t"]);
        assert_eq!(reply.status, 200, "{options:?}");
        if options.is_empty() {
            let errors = server.wait_for_error("403 GET /pets: ");
            let why = format!(
                "`{pets}` counts for any API, because the layer does not know its own: set that with `.api(…)`, or on \
                 the command line with `--api`"
            );
            assert!(errors.contains(&why), "{errors}");
        }
    }
}
