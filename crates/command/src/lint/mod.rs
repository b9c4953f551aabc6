//! Finds mistakes before deployment.

mod answers;
mod api;
mod authorizer;
mod expression;
mod finding;
mod policy;
mod rules;
mod sarif;

use self::finding::Finding;
use crate::{
    Answer,
    cli::{Lint, LintFormat, Reading},
    document::{Document, Kind, Misfit},
    failure::{Failure, read},
    output::{print_coloured, print_json},
};
use tower_lambda_authorizer::openapi::DefinitionError;

/// What was found in all files.
#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
    /// Whether an authorizer caches its results. `None` if no file has an authorizer.
    caching: Option<bool>,
}

pub(crate) fn lint(arguments: &Lint) -> Result<Answer, Failure> {
    let arn = arguments.api.as_ref().map(|named| &*named.arn);
    let mut findings = Findings::default();
    let mut policies = Vec::new();
    for file in &arguments.files {
        let text = read(file)?;
        match Kind::of(&text) {
            Kind::Policy => policies.push((file, text)),
            _ => findings.add_document(file, &text, &arguments.reading)?,
        }
    }
    let options = policy::options(arn, findings.caching);
    for (file, text) in policies {
        let document = crate::policy::document(file, &text)?;
        findings
            .found
            .extend(policy::lint(file, "", &document, &options));
    }
    if let Some(file) = &arguments.answers {
        findings.found.extend(answers::lint(file, &options)?);
    }
    print(&findings.found, arguments)?;
    Ok(Answer::yes_if(
        findings
            .found
            .iter()
            .all(|finding| !finding.fails_a_build()),
    ))
}

impl Findings {
    fn add_document(&mut self, file: &str, text: &str, reading: &Reading) -> Result<(), Failure> {
        let caching = match Document::interpret(file, text, reading) {
            Ok(Document::Authorizer(config, api_type)) => {
                let (found, caching) = authorizer::lint_file(file, text, *config, api_type);
                self.found.extend(found);
                caching
            }
            Ok(Document::Api(definition)) => {
                let (found, caching) = api::lint(file, *definition);
                self.found.extend(found);
                caching
            }
            Err(Misfit::Other(failure)) => return Err(failure),
            Err(Misfit::Definition(error)) => {
                self.found.extend(wrong(file, error)?);
                return Ok(());
            }
        };
        self.caching = Some(self.caching.unwrap_or(false) || caching);
        Ok(())
    }
}

/// A document that can be read, but not used, is what this command is for.
fn wrong(file: &str, error: DefinitionError) -> Result<Vec<Finding>, Failure> {
    match error {
        DefinitionError::Several { problems } => {
            let found = problems.into_iter().map(|error| wrong(file, error));
            Ok(found.collect::<Result<Vec<_>, _>>()?.concat())
        }
        DefinitionError::Syntax { .. }
        | DefinitionError::Limit { .. }
        | DefinitionError::File { .. } => Err(Failure::of(file, error)),
        error => Ok(vec![Finding::new(&rules::CONFIGURATION, file, "/", error)]),
    }
}

fn print(findings: &[Finding], arguments: &Lint) -> Result<(), Failure> {
    match arguments.format {
        LintFormat::Json => print_json(&findings),
        LintFormat::Sarif => print_json(&sarif::log(findings)),
        LintFormat::Text => {
            let with_file = arguments.files.len() + usize::from(arguments.answers.is_some()) > 1;
            let lines = findings.iter().map(|finding| finding.line(with_file));
            print_coloured(&lines.collect::<String>())
        }
    }
}
