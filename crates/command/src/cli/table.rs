//! The arguments of `table`.

use clap::Args;
use http::HeaderName;

use super::{Format, Guard, values};
use crate::failure::Failure;

/// Compare the outcomes of a table of requests with the expected ones.
///
/// A line has the method, the path, the token (`-` means none) and the outcome: `allowed`, `open`, `passed` (one of these
/// two), `unauthorized`, `denied`, `denied:SID`, `broken`, a status such as `404`, or the name of a gateway response such as
/// `MISSING_AUTHENTICATION_TOKEN`. Other headers stand before the outcome: `"X-Tenant: acme"`. Put a column with spaces
/// into double quotes, and write a double quote in it twice. `#` begins a comment. Each difference is explained.
///
/// The exit code is 0 if all outcomes are as expected, 1 if not, and 2 if an argument or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Table {
    #[command(flatten)]
    pub(crate) guard: Guard,

    /// `[ANSWER] TABLE`: the table, and in front of it a file with recorded answers. Without ANSWER, the functions of the
    /// template run, or those of `--function`
    #[arg(value_name = "TABLE", required = true, num_args = 1..=2)]
    files: Vec<String>,

    #[arg(skip)]
    pub(crate) table: String,

    /// The header that the tokens are in: those of a table, by default `Authorization`, or that of a TOKEN authorizer's event,
    /// by default the one that the document names. `record` and `table` need the same name
    #[arg(long, value_name = "NAME", default_value = "authorization", hide_default_value = true, value_parser = values::header_name)]
    pub(crate) token_header: HeaderName,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

impl Table {
    /// Finds the answer among the files.
    pub(super) fn settled(mut self) -> Result<Self, Failure> {
        let has_functions = !self.guard.functions.functions.is_empty();
        match &*std::mem::take(&mut self.files) {
            [table] if !table.ends_with(".json") => self.table.clone_from(table),
            [answer, table] if !has_functions => {
                self.guard.answer = Some(answer.clone());
                self.table.clone_from(table);
            }
            [_, _] => {
                return Err(Failure::new(
                    "both `--function` and a file with answers say who answers; leave one out",
                ));
            }
            _ => {
                return Err(Failure::new(
                    "the table is missing; usage: lambda-authorizer table DOCUMENT [ANSWER] TABLE",
                ));
            }
        }
        Ok(self)
    }
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer table template.yaml table.txt
  lambda-authorizer table template.yaml answers.json table.txt

table.txt:
  # method  path     token           outcome
  GET       /health  -               open
  GET       /pets    -               unauthorized
  GET       /pets    \"Bearer t0ken\"  allowed
  DELETE    /pets/7  \"Bearer t0ken\"  denied:ReadersOnly";
