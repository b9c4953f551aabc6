//! The programs of functions.

#[path = "../cargo.rs"]
mod cargo;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// A program that can be started again and again.
#[derive(Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Program {
    pub(crate) fn new<const N: usize>(path: impl Into<PathBuf>, arguments: [&str; N]) -> Self {
        Self {
            path: path.into(),
            arguments: arguments.map(str::to_owned).into(),
            variables: Vec::new(),
        }
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.args(&self.arguments).envs(variables);
        command
    }
}

/// An example of this repository, built with the same profile as this program.
pub(crate) fn example(name: &str) -> Program {
    let profile = if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    };
    let built = cargo::outside_of_cargo(env!("CARGO"))
        .args(["build", "--quiet", "--example", name, "--profile", profile])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "`{name}` is not built"
    );
    // This program is in `deps/` or `examples/`.
    let own = env::current_exe().expect("it runs");
    let profile = own
        .parent()
        .and_then(Path::parent)
        .expect("a folder of cargo's");
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    Program::new(profile.join("examples").join(file), [])
}
