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

/// The version that a program prints, such as `3.12.1`. `None`: it does not start, as what a version manager leaves behind.
pub(super) fn version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| number_in(&printed))
}

/// The version in `Python 3.12.1` and `v20.20.2`.
fn number_in(printed: &str) -> String {
    let begin = printed.find(|c: char| c.is_ascii_digit());
    let number = begin
        .and_then(|begin| printed.get(begin..))
        .unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    number.chars().take_while(|c| is_part(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn a_version_is_found_in_what_is_printed() {
        for (printed, number) in [
            ("Python 3.12.1\n", "3.12.1"),
            ("v20.20.2\n", "20.20.2"),
            ("Python 3.14.0rc1+", "3.14.0rc1+"),
            ("\u{1b}[31m7\u{1b}[0m", "31m7"),
            ("none", ""),
        ] {
            assert_eq!(number_in(printed), number, "{printed:?}");
        }
    }
}
