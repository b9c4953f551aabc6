//! What `--function` may name.

use crate::failure::Failure;

/// Who answers instead of the template's function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file with recorded answers.
    Recorded(String),
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        match text {
            file if file == "-" || file.ends_with(".json") => Ok(Self::Recorded(file.to_owned())),
            _ => Err(Failure::new(format_args!(
                "`--function`: `{text}` cannot be used; name a file with recorded answers that ends in `.json`"
            ))),
        }
    }
}
