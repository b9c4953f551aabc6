//! Documents whose folders and links are replaced, and files that are not documents.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{
    client::{DEADLINE, get},
    process::Server,
    protected::{Protected, answers, api, folder, write},
    reload::until_status,
    upstream::Recorder,
};

/// The document with one more open path.
fn with_open_path(path: &str) -> serde_json::Value {
    let mut document = api();
    document["paths"][path] = document["paths"]["/open"].clone();
    document
}

/// `serve build/api.json`.
fn of_build_folder(folder: &Path) -> Server {
    let upstream = format!("http://{}", Recorder::start().address);
    let arguments = ["serve", "build/api.json", "--upstream", &upstream];
    let arguments = [&arguments[..], &["--function", "answers.json"]].concat();
    Server::start_in(folder, &arguments)
}

#[test]
fn a_folder_may_be_removed_and_made_again() {
    let folder = folder(&api());
    let build = folder.path().join("build");
    fs::create_dir(&build).unwrap();
    write(&build, "api.json", &api());
    let server = of_build_folder(folder.path());
    for path in ["/one", "/two"] {
        let errors = server.errors().matches("there is no such file").count();
        fs::remove_dir_all(&build).unwrap();
        let begun = Instant::now();
        while server.errors().matches("there is no such file").count() == errors {
            assert!(begun.elapsed() < DEADLINE, "{}", server.errors());
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(get(server.address, "/pets", &[]).status, 401);
        fs::create_dir(&build).unwrap();
        write(&build, "api.json", &with_open_path(path));
        until_status(&server, path, &[], 200);
    }
    // The new folder is watched like the first.
    write(&build, "api.json", &with_open_path("/three"));
    until_status(&server, "/three", &[], 200);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_may_lead_elsewhere() {
    use std::os::unix::fs::symlink;

    let folder = folder(&api());
    let place = |name: &str| folder.path().join(name);
    for (name, document) in [("first", api()), ("second", with_open_path("/second"))] {
        fs::create_dir(place(name)).unwrap();
        write(&place(name), "api.json", &document);
    }
    symlink("first", place("build")).unwrap();
    let server = of_build_folder(folder.path());
    assert_eq!(get(server.address, "/second", &[]).status, 403);
    symlink("second", place("next")).unwrap();
    fs::rename(place("next"), place("build")).unwrap();
    until_status(&server, "/second", &[], 200);
    write(&place("second"), "api.json", &with_open_path("/third"));
    until_status(&server, "/third", &[], 200);
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_symbolic_link_is_watched() {
    let folder = folder(&api());
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "real.json", &api());
    fs::create_dir(folder.path().join("build")).unwrap();
    let link = folder.path().join("build/api.json");
    std::os::unix::fs::symlink(elsewhere.path().join("real.json"), link).unwrap();
    let server = of_build_folder(folder.path());
    write(elsewhere.path(), "real.json", &with_open_path("/dogs"));
    until_status(&server, "/dogs", &[], 200);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_an_end_changes_nothing() {
    let protected = Protected::start(Recorder::start().address);
    let (server, folder) = (&protected.server, protected.folder.path());
    let sparse = fs::File::create(folder.join("large.json")).unwrap();
    sparse.set_len(1 << 40).unwrap();
    fs::rename(folder.join("large.json"), folder.join("answers.json")).unwrap();
    server.wait_for_error("error: answers.json: this is longer than 256 MiB");
    let headers = ["authorization: allow"];
    assert_eq!(get(server.address, "/pets", &headers).status, 200);
    write(folder, "answers.json", &answers());
    server.wait_for_error("read again");
}
