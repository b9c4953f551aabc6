//! The example: a shop with an authorizer in Node.js and one in Python.

use std::{path::Path, process::Command};

use crate::app::is_skipped;

#[test]
fn a_table_checks_both_functions() {
    if is_skipped("the example's functions") {
        return;
    }
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let output = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args(["table", "crates/command/examples/shop/template.yaml"])
        .arg("crates/command/examples/shop/table.txt")
        .current_dir(project)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(printed, "7 lines, 0 unexpected outcomes\n", "{output:?}");
}
