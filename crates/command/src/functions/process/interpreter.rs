//! The languages that need a shim.

use std::path::PathBuf;

use super::program::{in_path, version};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interpreter {
    Node,
    Python,
}

/// What runs a function here.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) program: PathBuf,
    /// What it is, and what a deployment would have: ``Python 3.11.7 instead of `python3.12` ``.
    pub(super) instead: Option<String>,
}

impl Interpreter {
    /// The interpreter for `nodejs20.x`, `python3.12`. `None`: the function brings its own program.
    pub(crate) fn of(runtime: &str) -> Option<Self> {
        match runtime {
            _ if runtime.starts_with("nodejs") => Some(Self::Node),
            _ if runtime.starts_with("python") => Some(Self::Python),
            _ => None,
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Node => "Node.js",
            Self::Python => "Python",
        }
    }

    /// The program that every installation has.
    fn usual_program(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python3",
        }
    }

    /// The file that Lambda makes of inline code.
    pub(super) fn inline_file(self) -> &'static str {
        match self {
            Self::Node => "index.js",
            Self::Python => "index.py",
        }
    }

    /// The shim's name, and its source.
    pub(super) fn shim(self) -> (&'static str, &'static str) {
        match self {
            Self::Node => ("node.mjs", include_str!("shims/node.mjs")),
            Self::Python => ("python.py", include_str!("shims/python.py")),
        }
    }

    /// The program for a runtime. Python's own version is used if it is there.
    pub(super) fn find(self, runtime: &str) -> Result<Found, String> {
        let usual = self.usual_program();
        let own = in_path(runtime).filter(|_| self == Self::Python && runtime != usual);
        let own = own.and_then(|program| Some((version(&program)?, program)));
        let (version, program) = match own {
            Some((version, program)) => (Some(version), program),
            None => {
                let program = in_path(usual).ok_or_else(|| {
                    format!(
                        "its runtime is `{runtime}`, and there is no program `{usual}` in PATH; install it"
                    )
                })?;
                (version(&program), program)
            }
        };
        let version = version.filter(|version| !is_of(version, runtime));
        Ok(Found {
            program,
            instead: version
                .map(|version| format!("{} {version} instead of `{runtime}`", self.title())),
        })
    }

    /// Why another version is used.
    pub(super) fn why_another(self, runtime: &str) -> String {
        match self {
            Self::Node => "because that is the program `node` in PATH".to_owned(),
            Self::Python => format!("because no program `{runtime}` in PATH starts"),
        }
    }
}

/// Whether a version is the one of `python3.12` or `nodejs20.x`. A runtime without a number has every version.
fn is_of(version: &str, runtime: &str) -> bool {
    let number = runtime.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let number = number.strip_suffix(".x").unwrap_or(number);
    let rest = version.strip_prefix(number);
    number.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_version_belongs_to_a_runtime() {
        for (version, runtime, expected) in [
            ("3.12.1", "python3.12", true),
            ("3.1.2", "python3.12", false),
            ("3.12.1", "python3.1", false),
            ("20.20.2", "nodejs20.x", true),
            ("2.0", "nodejs20.x", false),
            ("200.1", "nodejs20.x", false),
            ("22.1.0", "nodejs", true),
            ("3.11.7", "python3", true),
            ("", "python3.12", false),
        ] {
            assert_eq!(is_of(version, runtime), expected, "{version} {runtime}");
        }
    }
}
