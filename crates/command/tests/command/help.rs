//! What the command says of itself.

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

#[test]
fn a_wrong_command_line_is_one_sentence_with_a_remedy() {
    for (arguments, remedy) in [
        (&["explian"][..], "a similar subcommand exists: 'explain'"),
        (&["completions", "bsh"], "a similar value exists: 'bash'"),
        (
            &["lint", "--formt", "json", "-"],
            "a similar argument exists: '--format'",
        ),
        (&["policy", "-", "arn", "aws:SourceIp"], "write NAME=VALUE"),
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
    }
}
