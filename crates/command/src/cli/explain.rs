//! The arguments of `explain`.

use clap::Args;
use http::HeaderName;

use super::{Format, Guard, values};
use crate::failure::Failure;

/// Explain why a request is let through or refused.
///
/// The request is METHOD TARGET and headers, a file of requests, a curl command line, a browser's recording (HAR), or the
/// event that the authorizer's function has received. A file has `METHOD TARGET` in a line and headers in the lines below;
/// `###` separates requests. Several requests are explained in their order, and the result of one is cached for the next.
///
/// The exit code is 0 if all requests are let through, 1 if one of them is refused, and 2 if an argument or a file cannot
/// be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) guard: Guard,

    /// `[ANSWER] METHOD TARGET ['HEADER: VALUE']...`, or `[ANSWER]` and a file of requests.
    ///
    /// ANSWER is a file with what the function returned, as JSON, or its error: `{"errorMessage": "Unauthorized"}`.
    /// `{"answersByToken": {"TOKEN": …}}` has an answer for each value of the first identity source. Without ANSWER, the
    /// functions of the template run, or those of `--function`. A word of letters is a method, so write `./answer` for a file
    /// with such a name
    #[arg(value_name = "REQUEST")]
    pub(crate) request: Vec<String>,

    /// A curl command line, as a browser's `Copy as cURL` writes it, or `-` to read it from the standard input. Curl is not
    /// run
    #[arg(long, value_name = "COMMAND", conflicts_with = "har")]
    pub(crate) curl: Option<String>,

    /// A file of requests that a browser's network panel has saved (an HTTP archive)
    #[arg(long, value_name = "FILE")]
    pub(crate) har: Option<String>,

    /// With `--har`: explain only this request of the file, counted from one
    #[arg(long, value_name = "N", value_parser = values::entry)]
    pub(crate) entry: Option<usize>,

    /// A file with the event that the authorizer's function has received, as its log in CloudWatch shows it. The event also
    /// says the API and its stage, the client's address and the stage variables, unless options say them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["curl", "har", "entry", "base_path"])]
    pub(crate) event: Option<String>,

    /// The header that the tokens are in: those of a table, by default `Authorization`, or that of a TOKEN authorizer's event,
    /// by default the one that the document names. `record` and `table` need the same name
    #[arg(long, value_name = "NAME", value_parser = values::header_name)]
    pub(crate) token_header: Option<HeaderName>,

    /// Remove this from the beginning of each path, because it is not part of the API's own paths: `/prod`. From URLs of a
    /// REST API's default endpoint (`execute-api` in the host name), the stage is removed without this option
    #[arg(long, value_name = "PATH", value_parser = values::base_path)]
    pub(crate) base_path: Option<String>,

    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

impl Explain {
    /// Finds the answer among the words of the request.
    pub(super) fn settled(mut self) -> Result<Self, Failure> {
        let is_elsewhere = self.curl.is_some() || self.har.is_some() || self.event.is_some();
        let has_functions = !self.guard.functions.functions.is_empty();
        let has_answer = match &*self.request {
            _ if has_functions => false,
            [_] => is_elsewhere,
            [first, _, ..] => !is_method(first),
            [] => false,
        };
        if has_answer {
            self.guard.answer = Some(self.request.remove(0));
        }
        match &*self.request {
            [] if is_elsewhere => Ok(self),
            [_, ..] if is_elsewhere => Err(Failure::new(
                "the request is given twice; leave out `--curl`, `--har` or `--event`, or the words of the request",
            )),
            [] => Err(missing()),
            [file] if file.ends_with(".json") => Err(missing()),
            _ => Ok(self),
        }
    }
}

fn is_method(word: &str) -> bool {
    word != "-" && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

fn missing() -> Failure {
    Failure::new(
        "a request is missing; usage: lambda-authorizer explain DOCUMENT [ANSWER] METHOD TARGET ['HEADER: VALUE']...",
    )
}

const EXAMPLE: &str = "\
Examples:
  lambda-authorizer explain template.yaml GET /pets 'Authorization: Bearer t0ken'
  lambda-authorizer explain template.yaml answer.json GET '/pets?tenant=acme' 'X-Key: t0ken'
  lambda-authorizer explain template.yaml requests.http
  lambda-authorizer explain template.yaml --curl \"curl -H 'X-Key: t0ken' https://api.example/pets\"
  lambda-authorizer explain template.yaml --har recording.har --entry 3
  lambda-authorizer explain template.yaml answer.json --event event.json

answer.json is what the authorizer's function returned, such as
  {\"principalId\": \"ann\", \"policyDocument\": {\"Version\": \"2012-10-17\", \"Statement\": [
    {\"Effect\": \"Allow\", \"Action\": \"execute-api:Invoke\", \"Resource\": \"*\"}]}}";
