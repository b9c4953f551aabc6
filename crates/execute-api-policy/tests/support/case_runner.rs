//! Runs the cases of a test binary without a harness, and reports which of them failed.

use std::process::ExitCode;

use serde::de::DeserializeOwned;

use crate::case_files::case_files;

/// How many cases passed and failed so far.
#[derive(Default)]
pub(crate) struct Cases {
    passed: usize,
    failed: usize,
}

impl Cases {
    /// Runs every case of a kind (`gateway`, `policy`). `problems` returns what is wrong with one, and `title` its name in
    /// the report.
    pub(crate) fn run<C: DeserializeOwned>(
        &mut self,
        kind: &str,
        title: impl Fn(&C, &str) -> String,
        problems: impl Fn(&C) -> Vec<String>,
    ) {
        for (file, text) in case_files(kind) {
            match serde_json::from_str::<Vec<C>>(&text) {
                Ok(cases) => {
                    for case in cases {
                        self.count(&title(&case, &file), &problems(&case));
                    }
                }
                Err(error) => self.count(&file, &[format!("not a list of cases: {error}")]),
            }
        }
    }

    fn count(&mut self, title: &str, problems: &[String]) {
        if problems.is_empty() {
            self.passed += 1;
            return;
        }
        self.failed += 1;
        println!("FAILED {title}");
        for problem in problems {
            println!("    {problem}");
        }
    }

    /// Prints the totals. Fails if a case failed, or if there was none.
    pub(crate) fn finish(self, what: &str) -> ExitCode {
        let Self { passed, failed } = self;
        println!("{what}: {passed} passed, {failed} failed");
        match (passed, failed) {
            (1.., 0) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}
