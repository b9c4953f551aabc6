//! The file of `--output`: on a full disk, and where no other file can take its place.
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::{Command, Output, Stdio},
    thread,
};

use crate::{
    cloud::{Server, response},
    skipped::skipped,
};

const EARLIER: &str = "# earlier\n";

/// Records one request, after these commands of the shell.
fn record_after(commands: &str, file: &Path) -> Output {
    let server = Server::answering(|_| response(200, &[("x-amz-apigw-id", "a")], ""));
    let requests = tempfile::NamedTempFile::new().unwrap();
    fs::write(&requests, "GET /pets t0ken\n").unwrap();
    Command::new("sh")
        .args(["-c", &format!("{commands}; exec \"$@\"")])
        .args(["sh", env!("CARGO_BIN_EXE_lambda-authorizer"), "record"])
        .arg(requests.path())
        .args(["--url", &server.url(), "--output"])
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn recorded(file: &Path) -> bool {
    let table = fs::read_to_string(file).unwrap();
    assert_eq!(table.matches("t0ken").count(), 1, "{table}");
    assert!(!table.contains("earlier"), "{table}");
    true
}

#[test]
fn a_full_disk_leaves_the_earlier_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recorded.txt");
    fs::write(&file, EARLIER).unwrap();
    // No file may grow, and a write fails without a signal, as on a full disk.
    let failed = record_after("trap '' XFSZ; ulimit -f 0", &file);
    let errors = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains(
            "recorded.txt: File too large (os error 27); it still has what it had before"
        ),
        "{errors}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), EARLIER);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(record_after(":", &file).status.success());
    assert!(recorded(&file));
}

#[test]
fn a_pipe_gets_the_table_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let (pipe, read) = (place("pipe"), place("read"));
    let reads = format!(
        "mkfifo '{0}'; cat '{0}' > '{1}' & :",
        pipe.display(),
        read.display()
    );
    let recording = record_after(&reads, &pipe);
    assert!(recording.status.success(), "{recording:?}");
    assert!(!pipe.is_file());
    while !fs::read_to_string(&read).unwrap().ends_with("passed\n") {
        thread::yield_now();
    }
    assert!(recorded(&read));
}

#[test]
fn links_and_permissions_stay() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("elsewhere")).unwrap();
    let file = place("elsewhere/recorded.txt");
    fs::write(&file, EARLIER).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o700)).unwrap();
    symlink("elsewhere/recorded.txt", place("link")).unwrap();
    symlink("link", place("link of link")).unwrap();
    assert!(record_after(":", &place("link of link")).status.success());
    assert!(recorded(&file) && place("link").is_symlink() && place("link of link").is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o700);

    // Both names of a file lead to the table.
    fs::hard_link(&file, place("another name")).unwrap();
    fs::write(&file, EARLIER).unwrap();
    assert!(record_after(":", &file).status.success());
    assert!(recorded(&file) && recorded(&place("another name")));

    symlink("elsewhere/new.txt", place("to nothing")).unwrap();
    assert!(record_after(":", &place("to nothing")).status.success());
    assert!(recorded(&place("elsewhere/new.txt")));
}

#[test]
fn a_file_in_a_folder_that_cannot_be_written_gets_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recorded.txt");
    fs::write(&file, EARLIER).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("other"), "").is_ok() {
        return skipped("`record` in a folder that cannot be written: root can write all folders");
    }
    let recording = record_after(":", &file);
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(recording.status.success(), "{recording:?}");
    assert!(recorded(&file));
}

/// The shell goes on with the file that it has opened. The link is like `/dev/stdout`, which a test must not replace.
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_the_shell_has_opened_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (file, stdout) = (folder.path().join("all.txt"), folder.path().join("stdout"));
    symlink("/proc/self/fd/1", &stdout).unwrap();
    fs::write(&file, EARLIER).unwrap();
    let opened = fs::metadata(&file).unwrap().ino();
    let redirect = format!("exec > '{}'; echo first", file.display());
    assert!(record_after(&redirect, &stdout).status.success());
    assert!(recorded(&file) && stdout.is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().ino(), opened);
}
