//! `--function` and what can be wrong with it.

use crate::app::{ALLOW, App, is_skipped};

#[test]
fn recorded_answers_replace_the_function_under_each_of_its_names() {
    if is_skipped("options of functions") {
        return;
    }
    let app = App::node("throw new Error('this must not run');").with("answers.json", ALLOW);
    for option in ["Gate=answers.json", "gate=answers.json", "answers.json"] {
        let explained = app.explain_with(&["t"], &["--function", option], &[]);
        explained.check(&["allowed:"]);
        assert_eq!(explained.errors, "");
    }
}

/// An export of an HTTP API, which does not say where the code is.
const EXPORT: &str = r#"
openapi: 3.0.1
paths: {/: {get: {security: [{gate: []}]}}}
components:
  securitySchemes:
    gate:
      type: apiKey
      in: header
      name: Authorization
      x-amazon-apigateway-authorizer:
        {type: request, identitySource: $request.header.Authorization, authorizerPayloadFormatVersion: "2.0", enableSimpleResponses: true}
"#;

#[test]
fn code_without_a_template_runs() {
    if is_skipped("code without a template") {
        return;
    }
    let app = App::new("Runtime: nodejs20.x, Handler: index.handler, CodeUri: nowhere")
        .with("template.yaml", EXPORT)
        .with(
            "auth/app.py",
            "import os, answer\ndef handler(event, context):\n    return answer.to(os.environ['WHO'] == event['identitySource'][0])",
        )
        .with("auth/answer.py", "def to(yes):\n    return {'isAuthorized': yes}")
        .with(
            "app.mjs",
            "export const check = async (event) => ({isAuthorized: process.env.WHO === event.identitySource[0]})",
        );
    for target in [
        "gate=auth/app.handler",
        "auth/app.handler",
        "app.check",
        "./app.check",
    ] {
        let explained =
            app.explain_with(&["ann", "eve"], &["--function", target], &[("WHO", "ann")]);
        explained.check(&["allowed:", "ACCESS_DENIED 403"]);
        assert_eq!(explained.errors, "");
    }
}

#[test]
fn code_that_is_not_there_is_one_sentence() {
    let app = App::new("Runtime: nodejs20.x, Handler: index.handler, CodeUri: nowhere")
        .with("template.yaml", EXPORT)
        .with("auth/app.py", "")
        .with("auth/both.py", "")
        .with("auth/both.js", "")
        .with("auth/typed.ts", "");
    for (target, sentence) in [
        (
            "auth/app.py",
            "write the name of the function instead of the file's ending, such as `auth/app.handler`",
        ),
        (
            "auth/nowhere.handler",
            "there is no file `auth/nowhere.py`, `.js`, `.mjs` or `.cjs` with the function `handler`",
        ),
        (
            "auth/both.handler",
            "there are `auth/both.py` and `auth/both.js`; rename one of them",
        ),
        (
            "auth/typed.handler",
            "compile `auth/typed.ts` first, and name the result",
        ),
        ("auth", "write a function in a file (`auth/app.handler`"),
    ] {
        let explained = app.explain_with(&["t"], &["--function", target], &[]);
        assert_eq!(explained.code, 2, "{}", explained.errors);
        assert_eq!(explained.errors.lines().count(), 1, "{}", explained.errors);
        assert!(explained.errors.contains(sentence), "{}", explained.errors);
    }
    let explained = app.explain(&["t"]);
    assert_eq!(explained.code, 2);
    let remedy = "such as `--function gate=auth/app.handler` for `handler` in `auth/app.py`";
    assert!(explained.errors.contains(remedy), "{}", explained.errors);
}

#[test]
fn a_wrong_option_is_one_sentence() {
    if is_skipped("options of functions") {
        return;
    }
    let app = App::node("exports.handler = async () => ALLOW;").with("answers.json", ALLOW);
    for (options, sentence) in [
        (
            &["nobody=answers.json"][..],
            "it has no authorizer or function `nobody`; its authorizers are gate",
        ),
        (
            &["Gate=answers.json", "Gate=answers.json"],
            "is given twice",
        ),
        (
            &["Gate=answers"],
            "a file with recorded answers that ends in `.json`",
        ),
        (
            &["Gate=nowhere.json"],
            "nowhere.json: there is no such file",
        ),
        (&["Gate=http://"], "this is not a URL"),
        (&["Gate="], "write NAME=TARGET"),
        #[cfg(not(feature = "aws"))]
        (&["Gate=aws"], "--features aws"),
    ] {
        let options: Vec<_> = options.iter().flat_map(|it| ["--function", it]).collect();
        let explained = app.explain_with(&["t"], &options, &[]);
        assert_eq!(explained.code, 2, "{}", explained.errors);
        assert_eq!(explained.errors.lines().count(), 1, "{}", explained.errors);
        assert!(explained.errors.contains(sentence), "{}", explained.errors);
    }
}

#[test]
fn a_runtime_that_is_missing_is_reported_before_anything_runs() {
    if is_skipped("options of functions") {
        return;
    }
    let app = App::node("exports.handler = async () => ALLOW;");
    let explained = app.explain_with(&["t"], &[], &[("PATH", "/nowhere")]);
    assert_eq!(explained.code, 2);
    let sentence = "its runtime is `nodejs20.x`, and there is no program `node` in PATH; install it, or say who answers instead with `--function gate=TARGET`";
    assert!(explained.errors.contains(sentence), "{}", explained.errors);
}

#[test]
fn a_source_in_typescript_has_to_be_compiled() {
    if is_skipped("TypeScript") {
        return;
    }
    let app = App::new("Runtime: nodejs20.x, Handler: index.handler, CodeUri: gate").with(
        "gate/index.ts",
        "export const handler = async (event: object) => ({});",
    );
    let explained = app.explain(&["t"]);
    explained.check(&["/gate/index.js, .mjs or .cjs; compile "]);
    explained.check(&["/gate/index.ts first"]);
}

#[test]
fn a_template_that_leaves_open_what_to_run_is_reported() {
    if is_skipped("options of functions") {
        return;
    }
    let app = App::new("Runtime: !Ref X, Handler: a.b, CodeUri: .");
    let explained = app.explain(&["t"]);
    assert_eq!(explained.code, 2);
    assert!(
        explained.errors.contains("its `Runtime` is not known"),
        "{}",
        explained.errors
    );
    let app = App::new("PackageType: Image, ImageUri: x, Runtime: nodejs20.x");
    let explained = app.explain(&["t"]);
    assert!(
        explained.errors.contains("it is a container image"),
        "{}",
        explained.errors
    );
}

#[test]
fn code_that_is_not_here_is_one_sentence() {
    for (properties, why) in [
        ("PackageType: Image", "it is a container image"),
        (
            "Runtime: nodejs20.x, Handler: i.h, CodeUri: s3://b/k",
            "it is an object on S3",
        ),
    ] {
        let app = App::new(properties);
        let explained = app.explain(&["t"]);
        let sentence = format!(
            "error: the function `Gate` of the authorizer `gate` cannot be run: its code is not on this machine: {why}; \
             name a folder in its `CodeUri`, or say who answers instead with `--function gate=TARGET`\n"
        );
        assert_eq!((explained.code, explained.errors), (2, sentence));
    }
}
