//! Programs of this machine.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The first program with this name in `PATH`.
pub(super) fn in_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let candidates = env::split_paths(&folders).map(|folder| folder.join(name));
    candidates.into_iter().find(|file| file.is_file())
}

/// Whether a program starts at all: what a version manager leaves behind may not.
pub(super) fn works(program: &Path) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
