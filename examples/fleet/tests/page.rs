//! Each command of `docs/scaling.md` prints what the page shows.

use std::{fs, path::Path, process::Command};

const RUN: &str = "$ cargo run --release --manifest-path examples/fleet/Cargo.toml -- ";

#[test]
fn the_page_shows_what_the_commands_print() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scaling.md");
    let page = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut commands = 0;
    for block in page.split("```console\n").skip(1) {
        let (command, rest) = block.split_once('\n').unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let arguments = command.strip_prefix(RUN).expect(command);
        let output = Command::new(env!("CARGO_BIN_EXE_fleet"))
            .args(arguments.split_whitespace())
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            shown,
            "{command}"
        );
        commands += 1;
    }
    assert_eq!(commands, 4, "the page has other commands");
    let chart = fs::read_to_string(folder.join("fleet.svg")).unwrap();
    assert!(chart.contains("shared store") && chart.trim_end().ends_with("</svg>"));
}

#[test]
fn a_wrong_number_is_named() {
    for (option, value) in [
        ("--instances", "0"),
        ("--requests", "NaN"),
        ("--ttl", "0"),
        ("--zipf", "-1"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
        let output = command.arg(format!("{option}={value}")).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.contains(option) && message.contains(value),
            "{message}"
        );
    }
}
