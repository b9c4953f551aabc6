//! What is copied to reproduce a decision.

use std::{fs, path::Path, process::Command};

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use tower_lambda_authorizer::{LambdaAuthorizerLayer, authorizer_fn};

use crate::support::{keeper, pet_routes, pets};

/// `app()` of the golden test.
fn app() -> Router {
    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| keeper(&request)));
    pet_routes(&Default::default()).route_layer(layer)
}

/// The text that the console wrote, as a test.
mod golden {
    use super::app;

    include!("reproduce/golden.rs");
}

#[tokio::test]
async fn the_test_is_the_one_that_is_compiled_here() {
    let served = pets().await;
    let hostile = Request::builder()
        .method("DELETE")
        .uri("/pets/7%22%5C'\"$(id)?a%20b=secret&q%22=secret")
        .header("host", "localhost")
        .header("user-agent", "test")
        .header("x-$`'name", "secret");
    served
        .visit_with(hostile.body(Body::empty()).unwrap())
        .await;
    let story = served.last_story().await;
    let test = story["test"].as_str().unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/reproduce/golden.rs");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, test).unwrap();
    }
    assert_eq!(
        test,
        fs::read_to_string(golden).unwrap(),
        "UPDATE_GOLDEN=1 writes it"
    );
}

#[tokio::test]
async fn a_test_expects_the_same_outcome() {
    let served = pets().await;
    for (method, path, token, parts) in [
        (
            "GET",
            "/pets",
            "",
            &[
                ".get(\"/pets\")",
                "assert_status(401)",
                "ResponseType::Unauthorized",
            ][..],
        ),
        (
            "GET",
            "/pets/7",
            "visitor",
            &[
                "assert_status(403)",
                "ResponseType::AccessDenied",
                ".header(\"authorization\", \"the value of authorization\")",
            ],
        ),
        (
            "GET",
            "/pets",
            "broken",
            &[
                "assert_status(500)",
                "ResponseType::AuthorizerConfigurationError",
            ],
        ),
        (
            "GET",
            "/pets",
            "keeper",
            &["assert_allowed()", ".source_ip([127, 0, 0, 1])"],
        ),
        (
            "PURGE",
            "/pets/7",
            "keeper",
            &[".request(\"PURGE\".parse().unwrap(), \"/pets/7\")"],
        ),
    ] {
        let story = served.story_of(method, path, token).await;
        let test = story["test"].as_str().unwrap();
        for part in parts {
            assert!(test.contains(part), "{part} in\n{test}");
        }
        assert!(token.is_empty() || !test.contains(token), "{test}");
    }
}

#[tokio::test]
async fn commands_are_plain_for_plain_requests() {
    let served = pets().await;
    let host = served.address;
    for (method, path, command) in [
        (
            "GET",
            "/pets",
            format!("curl -i http://{host}/pets -H \"authorization: $AUTHORIZATION\""),
        ),
        (
            "DELETE",
            "/pets/7",
            format!("curl -i -X DELETE http://{host}/pets/7 -H \"authorization: $AUTHORIZATION\""),
        ),
        (
            "HEAD",
            "/pets",
            format!("curl -I http://{host}/pets -H \"authorization: $AUTHORIZATION\""),
        ),
        (
            "GET",
            "/pets?tenant=1&a-b=2",
            format!(
                "curl -i \"http://{host}/pets?tenant=$TENANT&a-b=$A_B\" -H \"authorization: $AUTHORIZATION\""
            ),
        ),
        // Not the shell's own variables, and none of them twice.
        (
            "GET",
            "/pets?path=1&PATH=2&1=3",
            format!(
                "curl -i \"http://{host}/pets?path=$REQUEST_PATH&PATH=$REQUEST_PATH_2&1=$REQUEST_1\" -H \"authorization: $AUTHORIZATION\""
            ),
        ),
        (
            "GET",
            "/pets/../x[1]",
            format!(
                "curl -i --path-as-is -g 'http://{host}/pets/../x[1]' -H \"authorization: $AUTHORIZATION\""
            ),
        ),
    ] {
        // The layer's decision does not matter.
        served.visit(method, path, "secret").await;
        let list = served.console("decisions").await;
        if list["decisions"][0]["path"] != path.split('?').next().unwrap() {
            continue; // No route, so no decision.
        }
        let story = served.story_of(method, path, "secret").await;
        assert_eq!(story["curl"], command);
    }
}

/// Runs the command in a shell with a `curl` that only prints what it is given.
fn given(command: &str, folder: &Path) -> Vec<String> {
    let script = format!(
        "AUTHORIZATION='a token'; A='1 2'; PATH=/usr/bin:/bin\n\
         curl() {{ for word in \"$@\"; do printf '%s\\0' \"$word\"; done; }}\n{command}\n"
    );
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
    let words = String::from_utf8(output.stdout).unwrap();
    words.split_terminator('\0').map(str::to_owned).collect()
}

#[tokio::test]
async fn nothing_of_a_request_runs_in_a_shell() {
    let folder = std::env::temp_dir().join(format!("console-curl-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let served = pets().await;
    let hostile = [
        "'",
        "''",
        "`touch ran`",
        "$(touch$IFS'ran')",
        "$IFS",
        "${IFS}",
        "$PATH",
        "\\",
        "\\'",
        "!!",
        "!",
        "&touch&ran&",
        ";touch;ran;",
        "|",
        "(",
        ")",
        "~",
        "*",
        "[a-z]",
        "{a,b}",
        "'$(touch${IFS}ran)'",
        "a=b",
        "%00",
        "-o",
        "@ran",
    ];
    for piece in hostile {
        let path = format!("/pets/{}", piece.replace(' ', "%20"));
        let tokens: String = piece
            .chars()
            .filter(|character| {
                character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(*character)
            })
            .collect();
        let encoded: String = piece.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let hostile = || {
            Request::builder()
                .method(if tokens.is_empty() { "GET" } else { &tokens })
                .uri(format!("{path}?{encoded}=1&a=2"))
                .header(format!("x{tokens}"), "secret")
                .header("authorization", "secret")
                .body(Body::empty())
        };
        let Ok(request) = hostile() else {
            continue; // It cannot be sent either.
        };
        let method = request.method().to_string();
        assert_ne!(
            served.visit_with(request).await,
            StatusCode::NOT_FOUND,
            "{piece}"
        );
        let story = served.story_of_any(|| hostile().unwrap()).await;
        assert_eq!(story["path"], path);
        let command = story["curl"].as_str().unwrap();
        let words = given(command, &folder);
        let url = words
            .iter()
            .find(|word| word.starts_with("http://"))
            .unwrap();
        assert!(
            url.starts_with(&format!("http://{}{path}?", served.address)),
            "{command}\n{words:?}"
        );
        assert!(url.contains("a=1 2") || piece == "a", "{url}");
        assert!(
            words.contains(&"authorization: a token".to_owned()),
            "{command}\n{words:?}"
        );
        let name = format!("x{tokens}").to_ascii_lowercase();
        assert!(
            words
                .iter()
                .any(|word| word.starts_with(&format!("{name}: "))),
            "{command}\n{words:?}"
        );
        assert!(
            method == "GET" || words.contains(&method),
            "{command}\n{words:?}"
        );
        assert!(!command.contains("secret"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{command}");
    }
    fs::remove_dir(&folder).unwrap();
}
