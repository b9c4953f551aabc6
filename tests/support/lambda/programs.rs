//! The programs of functions.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// A program that can be started again and again.
#[derive(Clone)]
pub(crate) struct Program {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

/// Any program.
pub(crate) fn program(path: impl Into<PathBuf>, arguments: &[&Path]) -> Program {
    Program {
        path: path.into(),
        arguments: arguments.iter().map(Into::into).collect(),
    }
}

/// An example of this repository, built as this program was.
pub(crate) fn example(name: &str) -> Program {
    let profile = if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", name, "--profile", profile])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "`{name}` is not built"
    );
    // This program lies in `deps/` or `examples/`.
    let own = env::current_exe().expect("it runs");
    let profile = own
        .parent()
        .and_then(Path::parent)
        .expect("a folder of cargo's");
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    program(profile.join("examples").join(file), &[])
}
