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
fn a_runtime_that_is_missing_is_told_before_anything_runs() {
    if is_skipped("options of functions") {
        return;
    }
    let app = App::node("exports.handler = async () => ALLOW;");
    let explained = app.explain_with(&["t"], &[], &[("PATH", "/nowhere")]);
    assert_eq!(explained.code, 2);
    let sentence = "there is no program `node` in PATH; install it, or say who answers instead with `--function gate=TARGET`";
    assert!(explained.errors.contains(sentence), "{}", explained.errors);
}

#[test]
fn a_template_that_leaves_open_what_to_run_is_told() {
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
