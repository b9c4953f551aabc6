//! The languages that need a shim.

use std::path::PathBuf;

use super::program::{in_path, works};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interpreter {
    Node,
    Python,
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

    /// The program to run. Python's own version is used if it is there.
    pub(super) fn program(self, runtime: &str) -> Result<PathBuf, String> {
        let found = match self {
            Self::Node => in_path("node"),
            Self::Python => in_path(runtime)
                .filter(|program| works(program))
                .or_else(|| in_path("python3")),
        };
        found.ok_or_else(|| {
            let program = match self {
                Self::Node => "node",
                Self::Python => "python3",
            };
            format!(
                "it runs on {}, and there is no program `{program}` in PATH; install it",
                self.title()
            )
        })
    }
}
