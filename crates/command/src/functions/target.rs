//! What `--function` may name.

use http::Uri;

use super::process::InFile;
use crate::failure::Failure;

/// Who answers instead of the template's function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file with recorded answers.
    Recorded(String),
    /// An endpoint of the Invoke API.
    Endpoint(Uri),
    /// The deployed function, under this name or ARN.
    Deployed(Option<String>),
    /// A function in a file of this machine.
    InFile(InFile),
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let (scheme, rest) = text.split_once(':').unwrap_or((text, ""));
        match scheme {
            "http" | "https" => match text.parse::<Uri>() {
                Ok(uri) if uri.host().is_some() => Ok(Self::Endpoint(uri)),
                _ => Err(unusable(
                    text,
                    "this is not a URL; write `http://HOST:PORT`",
                )),
            },
            "aws" if text == "aws" => Ok(Self::Deployed(None)),
            "aws" if !rest.is_empty() => Ok(Self::Deployed(Some(rest.to_owned()))),
            _ if text == "-" || text.ends_with(".json") => Ok(Self::Recorded(text.to_owned())),
            _ => match InFile::find(text) {
                Some(named) => named
                    .map(Self::InFile)
                    .map_err(|problem| unusable(text, &problem)),
                None => Err(unusable(
                    text,
                    "write a function in a file (`auth/app.handler` for `handler` in `auth/app.py`), the URL of an Invoke API \
                     (`http://127.0.0.1:3001`), `aws`, `aws:FUNCTION-NAME`, or a file with recorded answers that ends in \
                     `.json`",
                )),
            },
        }
    }
}

pub(super) fn unusable(text: &str, problem: &str) -> Failure {
    Failure::new(format_args!("`--function`: `{text}`: {problem}"))
}
