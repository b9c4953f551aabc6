//! Finds mistakes before deployment.

mod answers;
mod api;
mod authorizer;
mod expression;
mod finding;
mod line;
mod policy;
mod rules;
mod sarif;
mod usable;

use tower_lambda_authorizer::{
    AuthorizerConfig,
    openapi::{DefinitionError, Template},
};

use self::finding::Finding;
use crate::{
    Answer,
    cli::{Lint, LintFormat, Reading},
    document::{self, Document, Kind, Misfit, in_words_of_the_command},
    failure::{Failure, read},
    functions::Recorded,
    output::{print_coloured, print_json},
};

/// What was found in all files.
#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
    /// Whether an authorizer caches its results. `None` if no file has an authorizer.
    caching: Option<bool>,
    authorizers: Vec<AuthorizerConfig>,
}

pub(crate) async fn lint(arguments: &Lint) -> Result<Answer, Failure> {
    let arn = arguments.api.as_ref().map(|named| &*named.arn);
    let mut findings = Findings::default();
    let (mut policies, mut answers) = (Vec::new(), Vec::new());
    for file in &arguments.files {
        let text = read(file)?;
        let parsed = document::parse(file, &text)?;
        match Kind::of(&parsed) {
            Kind::Policy => policies.push((file, text)),
            Kind::Authorizer if is_answer(&text) => {
                answers.push((file, Recorded::from_text(file, &text)?));
            }
            _ => findings.add_document(file, &text, parsed, &arguments.reading)?,
        }
    }
    let options = policy::options(arn, findings.caching);
    for (file, text) in policies {
        let document = crate::policy::read_policy(file, &text)?;
        let found = policy::lint(file, "", &document, &options).into_iter();
        findings.found.extend(found.map(|finding| {
            let line = line::of_place(&text, &finding.place);
            finding.at(line)
        }));
    }
    if let Some(file) = &arguments.answers {
        answers.push((file, Recorded::read(file)?));
    }
    for (file, recorded) in answers {
        let found = answers::lint(file, &recorded, &options, &findings.authorizers).await;
        findings.found.extend(found);
    }
    print(&findings.found, arguments)?;
    Ok(Answer::yes_if(
        findings
            .found
            .iter()
            .all(|finding| !finding.fails_a_build()),
    ))
}

fn is_answer(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|json| document::is_answer(&json))
}

impl Findings {
    /// Adds what is in a document: of a template, each of its APIs.
    fn add_document(
        &mut self,
        file: &str,
        text: &str,
        parsed: Template,
        reading: &Reading,
    ) -> Result<(), Failure> {
        let ids = match (Kind::of(&parsed), &reading.logical_id) {
            (Kind::Template, None) => document::apis(parsed, file, reading),
            _ => Ok(Vec::new()),
        };
        let ids = match ids {
            Ok(ids) => ids,
            Err(misfit) => {
                self.found.extend(wrong(file, misfit)?);
                return Ok(());
            }
        };
        if ids.len() < 2 {
            return self.add_one(file, text, reading);
        }
        for id in ids {
            let before = self.found.len();
            let reading = Reading {
                logical_id: Some(id.clone()),
                ..reading.clone()
            };
            self.add_one(file, text, &reading)?;
            for finding in self.found.iter_mut().skip(before) {
                finding.place = format!("{id} {}", finding.place).trim_end().to_owned();
            }
        }
        Ok(())
    }

    fn add_one(&mut self, file: &str, text: &str, reading: &Reading) -> Result<(), Failure> {
        let (found, caching) = match Document::interpret(file, text, reading) {
            Ok(Document::Authorizer(config, api_type)) => {
                self.authorizers.push((*config).clone());
                authorizer::lint_file(file, text, *config, api_type)
            }
            Ok(Document::Api(definition)) => {
                let authorizers = api::authorizers(&definition);
                let usable = authorizers.filter_map(|(_, _, config)| config.ok());
                self.authorizers.extend(usable);
                api::lint(file, text, *definition)
            }
            Err(misfit) => (wrong(file, misfit)?, false),
        };
        self.found.extend(found);
        self.caching = Some(self.caching.unwrap_or(false) || caching);
        Ok(())
    }
}

/// This command is for documents that can be read but not used.
fn wrong(file: &str, misfit: Misfit) -> Result<Vec<Finding>, Failure> {
    match misfit {
        Misfit::Definition(error) => of_definition(file, error),
        Misfit::Other(failure) => Err(failure),
    }
}

fn of_definition(file: &str, error: DefinitionError) -> Result<Vec<Finding>, Failure> {
    match error {
        DefinitionError::Several { problems } => {
            let found = problems.into_iter().map(|error| of_definition(file, error));
            Ok(found.collect::<Result<Vec<_>, _>>()?.concat())
        }
        DefinitionError::Syntax { .. }
        | DefinitionError::Limit { .. }
        | DefinitionError::File { .. } => Err(Failure::of(file, in_words_of_the_command(error))),
        error => Ok(vec![Finding::new(
            &rules::CONFIGURATION,
            file,
            "",
            in_words_of_the_command(error),
        )]),
    }
}

fn print(findings: &[Finding], arguments: &Lint) -> Result<(), Failure> {
    match arguments.format {
        LintFormat::Json => print_json(&findings),
        LintFormat::Sarif => print_json(&sarif::log(findings)),
        LintFormat::Text => {
            let lines = findings.iter().map(Finding::written);
            print_coloured(&lines.collect::<String>())
        }
    }
}
