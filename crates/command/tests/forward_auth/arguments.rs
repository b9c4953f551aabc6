//! Arguments that cannot be used.

use std::{net::TcpListener, process::Command};

use crate::document;

#[test]
fn wrong_arguments_are_one_sentence_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    document::write(folder.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, message) in [
        (
            &["--trusted-peer", "somewhere"][..],
            "write an IP address or a range",
        ),
        (
            &["--trusted-peer", "10.0.0.0/33"],
            "write an IP address or a range",
        ),
        (
            &["--context-header", "x-refusal=principalId"],
            "choose another name",
        ),
        (&["--context-header", "x-user"], "write HEADER=KEY"),
        (&["--listen", &*taken], "this port is in use"),
        (&["--function", "none.json"], "there is no such file"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
            .args(["forward-auth", "api.json"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {printed}");
        assert_eq!(printed.lines().count(), 1, "{printed}");
        assert!(printed.contains(message), "{arguments:?}: {printed}");
    }
}
