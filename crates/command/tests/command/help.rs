//! The help texts and the version.

use std::{collections::HashMap, process::Command};

use crate::command::run_with;

const COMMANDS: [&str; 10] = [
    "explain",
    "table",
    "policy",
    "record",
    "lint",
    "routes",
    "serve",
    "forward-auth",
    "ext-authz",
    "completions",
];

#[test]
fn each_command_teaches_with_an_example() {
    for command in COMMANDS {
        let printed = run_with(&[command, "--help"], "", &[]);
        assert_eq!((printed.code, &*printed.errors), (0, ""), "{command}");
        let example = format!("\n  lambda-authorizer {command} ");
        assert!(printed.output.contains("Example"), "{}", printed.output);
        assert!(printed.output.contains(&example), "{}", printed.output);
        assert!(printed.output.ends_with('\n'));
    }
}

#[test]
fn each_help_fits_into_a_terminal_and_tells_the_exit_codes() {
    for command in COMMANDS {
        for help in ["-h", "--help"] {
            let printed = run_with(&[command, help], "", &[]).output;
            for line in printed.lines() {
                assert!(line.chars().count() <= 100, "{command} {help}: {line}");
            }
            let tells = printed.contains("The exit code is 0");
            assert!(
                tells || help == "-h" || command == "completions",
                "{command}"
            );
        }
    }
}

/// Whoever knows an option of one command knows it of all.
#[test]
fn an_option_has_the_same_words_in_each_command() {
    let mut known = HashMap::new();
    for command in COMMANDS {
        let printed = run_with(&[command, "--help"], "", &[]).output;
        for (mut option, text) in options(&printed) {
            // A policy is checked against the API.
            if option == "--api" && matches!(command, "policy" | "lint") {
                option = "--api of policies".to_owned();
            }
            // There is no document that says it.
            if option == "--api-type" && command == "policy" {
                continue;
            }
            // What is printed differs.
            if option == "--format" {
                continue;
            }
            let before = known.entry(option.clone()).or_insert(text.clone());
            assert_eq!(*before, text, "{option} of {command}");
        }
    }
    assert!(known.len() > 25, "{known:?}");
}

/// The options of a help, each with its explanation in one line.
fn options(help: &str) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = Vec::new();
    let before_examples = help.split("\nExample").next().unwrap();
    for line in before_examples.lines() {
        if let Some(option) = line.strip_prefix("      --") {
            let name = option.split_whitespace().next().unwrap();
            options.push((format!("--{name}"), String::new()));
        } else if let (Some((_, text)), true) = (options.last_mut(), line.starts_with("         "))
        {
            text.push_str(line.trim());
            text.push(' ');
        }
    }
    options
}

#[test]
fn the_help_lists_the_commands() {
    let printed = run_with(&["--help"], "", &[]);
    assert_eq!(printed.code, 0);
    for command in COMMANDS {
        assert!(
            printed.output.contains(&format!("\n  {command} ")),
            "{command}"
        );
    }
    let version = run_with(&["--version"], "", &[]);
    assert!(
        version.output.starts_with("lambda-authorizer "),
        "{}",
        version.output
    );
}

#[test]
fn each_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let printed = run_with(&["completions", shell], "", &[]);
        assert_eq!((printed.code, &*printed.errors), (0, ""), "{shell}");
        assert!(printed.output.contains("explain"), "{shell}");
    }
}

/// As bash calls the script for `lambda-authorizer … <Tab>`.
#[test]
fn bash_completes_commands_options_and_values() {
    let script = run_with(&["completions", "bash"], "", &[]).output;
    for (words, expected) in [
        ("for", "forward-auth"),
        (
            "serve --up",
            "--upstream --upstream-timeout --upstream-http2 --upstream-keep-alive",
        ),
        ("forward-auth --trusted-pe", "--trusted-peer"),
        ("lint --format s", "sarif"),
    ] {
        let typed = format!(
            "{script}
            words='lambda-authorizer {words}'
            read -ra COMP_WORDS <<< \"$words\"
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            function=$(complete -p lambda-authorizer | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
            $function lambda-authorizer \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
            echo \"${{COMPREPLY[*]}}\""
        );
        let output = Command::new("bash").args(["-c", &typed]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let completed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(completed.trim(), expected, "{words}: {errors}");
    }
}

#[test]
fn a_wrong_command_line_is_one_sentence_with_a_remedy() {
    for (arguments, remedy) in [
        (
            &["explian"][..],
            "there is no command `explian`; did you mean `explain`?",
        ),
        (&["completions", "bsh"], "a similar value exists: 'bash'"),
        (
            &["lint", "--formt", "json", "-"],
            "there is no option `--formt` here; did you mean `--format`?",
        ),
        (
            &[
                "explain",
                "-",
                "GET",
                "/pets",
                "-H",
                "Authorization: s3cr3t",
            ],
            "there is no option `-H` here; write each header alone, in quotes, such as `'Authorization: TOKEN'`",
        ),
        (
            &["explain", "-", "-X", "GET", "/pets"],
            "write the method before the path",
        ),
        (
            &["policy", "-", "GET/pets"],
            "write arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE/METHOD/PATH",
        ),
        (
            &[
                "policy",
                "-",
                "arn:aws:execute-api:::a/b/GET/",
                "aws:SourceIp",
            ],
            "write CONDITION-KEY=VALUE, such as `aws:SourceIp=203.0.113.9`",
        ),
        (
            &["nothing"],
            "there is no command `nothing`; see `lambda-authorizer --help`",
        ),
        (
            &["routes", "-", "--upstream", "http://a"],
            "there is no option `--upstream` here; see `lambda-authorizer routes --help`",
        ),
        (
            &["routes", "-", "more"],
            "`more` is one argument too many; leave it out, or see `lambda-authorizer routes --help`",
        ),
        (
            &["routes", "-", "http://u:s3cr3t@h\n"],
            "`…@h\\n` is one argument too many; ",
        ),
        (
            &["table", "-", "a", "b", "c"],
            "`c` is one argument too many; leave it out, or see `lambda-authorizer table --help`",
        ),
        (
            &["serve", "-"],
            "`--upstream URL` is missing; see `lambda-authorizer serve --help`",
        ),
        (
            &["record"],
            "`--url URL` and `REQUESTS` are missing; see `lambda-authorizer record --help`",
        ),
        (
            &["routes", "-", "--include", "a"],
            "write NAME=FILE, such as",
        ),
        (
            &["routes", "-", "--api-type", "grpc"],
            "write `rest`, `http` or `websocket`",
        ),
        (
            &["explain", "-", "--har", "a", "--entry", "x"],
            "write the number of a request; the first one is 1",
        ),
        (
            &["record", "-", "--url", "http://a", "--concurrency", "0"],
            "write a number from 1 to 64",
        ),
        (
            &["lint", "--format", "xml", "-"],
            "[possible values: text, json, sarif]",
        ),
    ] {
        let printed = run_with(arguments, "", &[]);
        assert_eq!((printed.code, &*printed.output), (2, ""), "{arguments:?}");
        assert_eq!(printed.errors.lines().count(), 1, "{}", printed.errors);
        assert!(printed.errors.starts_with("error: "), "{}", printed.errors);
        assert!(printed.errors.contains(remedy), "{}", printed.errors);
        assert!(!printed.errors.contains("s3cr3t"), "{}", printed.errors);
    }
}
