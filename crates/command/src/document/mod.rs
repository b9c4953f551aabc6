//! The documents that say what is guarded.

mod files;
mod guarded;
mod kind;
mod layer;
mod notes;
mod prepared;
mod tried;
mod wording;

use std::{
    io,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tower_lambda_authorizer::{
    ApiType, AuthorizerConfig,
    openapi::{ApiDefinition, DefinitionError, Template},
};

pub(crate) use self::{
    files::{Contents, Files},
    guarded::Guarded,
    kind::Kind,
    layer::DocumentLayer,
    notes::{CHECK_THE_DOCUMENT, EVERYTHING_IS_OPEN, is_open, tell_notes},
    prepared::{OneLayer, Prepared, Selection, members, misfit},
    tried::{nobody, try_layer},
    wording::in_words_of_the_command,
};
use crate::{
    cli::Reading,
    failure::{self, Failure},
};

/// Why a file is not a document that can be used.
pub(crate) enum Misfit {
    /// It describes an API, but something is wrong or not known.
    Definition(DefinitionError),
    Other(Failure),
}

/// A document that says what is guarded.
#[derive(Clone)]
pub(crate) enum Document {
    /// A whole API.
    Api(Box<ApiDefinition>),
    /// One authorizer.
    Authorizer(Box<AuthorizerConfig>, ApiType),
}

impl Document {
    /// Reads a file.
    pub(crate) fn read(file: &str, reading: &Reading) -> Result<Self, Failure> {
        Self::read_from(file, reading, &Files::default())
    }

    /// Reads a file, and notes it and the files that it names, even if one of them cannot be used.
    pub(crate) fn read_from(file: &str, reading: &Reading, files: &Files) -> Result<Self, Failure> {
        files.note(file);
        let text = failure::read(file)?;
        Self::noting(file, &text, reading, files).map_err(|misfit| match misfit {
            Misfit::Definition(error) => Failure::of(file, in_words_of_the_command(error)),
            Misfit::Other(failure) => failure,
        })
    }

    /// Reads the text of a file, for callers that examine the error.
    pub(crate) fn interpret(file: &str, text: &str, reading: &Reading) -> Result<Self, Misfit> {
        Self::noting(file, text, reading, &Files::default())
    }

    fn noting(file: &str, text: &str, reading: &Reading, files: &Files) -> Result<Self, Misfit> {
        let parsed = Template::from_text(text).map_err(Misfit::Definition)?;
        let definition = match Kind::of(&parsed) {
            Kind::Template => {
                let template = supplied(parsed, file, reading, files)?;
                match &reading.logical_id {
                    Some(id) => template.api_named(id),
                    None => template.api(),
                }
            }
            Kind::OpenApi => ApiDefinition::from_openapi(text),
            Kind::Policy => {
                return Err(Misfit::Other(Failure::of(
                    file,
                    "this is a policy, which does not say what is guarded; check it with `lambda-authorizer policy` or \
                     `lambda-authorizer lint`",
                )));
            }
            Kind::Authorizer => return authorizer(file, text, reading).map_err(Misfit::Other),
        };
        let definition = definition.and_then(|definition| match reading.api_type {
            Some(api_type) => definition.for_api_type(api_type),
            None => Ok(definition),
        });
        let definition = definition.map_err(Misfit::Definition)?;
        Ok(Self::Api(Box::new(definition)))
    }

    /// Reads a file that has to describe a whole API.
    pub(crate) fn read_api(file: &str, reading: &Reading) -> Result<ApiDefinition, Failure> {
        match Self::read(file, reading)? {
            Self::Api(definition) => Ok(*definition),
            Self::Authorizer(..) => Err(Failure::of(
                file,
                "this is one authorizer, which has no operations; pass the API's template or its OpenAPI export",
            )),
        }
    }
}

/// Parses a text of any kind, as JSON or YAML. What the text describes is known only after that.
pub(crate) fn parse(file: &str, text: &str) -> Result<Template, Failure> {
    Template::from_text(text).map_err(|error| misfit(file, &error))
}

/// The logical ids of a template's APIs.
pub(crate) fn apis(
    template: Template,
    file: &str,
    reading: &Reading,
) -> Result<Vec<String>, Misfit> {
    let template = supplied(template, file, reading, &Files::default())?;
    template.apis().map_err(Misfit::Definition)
}

/// Supplies a template with the parameters and the files.
fn supplied(
    template: Template,
    file: &str,
    reading: &Reading,
    files: &Files,
) -> Result<Template, Misfit> {
    let mut template = template.include_with(beside(file, files.clone()));
    for (name, value) in &reading.parameters {
        template = template.parameter(name, value);
    }
    for (name, file) in &reading.includes {
        files.note(file);
        let text = failure::read(file).map_err(Misfit::Other)?;
        template = template.include(name, text);
    }
    Ok(template)
}

/// The folder of a document. The standard input counts as a file of the current folder.
pub(crate) fn folder_of(file: &str) -> PathBuf {
    match Path::new(file).parent() {
        Some(folder) if file != "-" => folder.to_owned(),
        _ => PathBuf::new(),
    }
}

/// Reads files that a template names, relative to the template's folder.
fn beside(file: &str, files: Files) -> impl Fn(&str) -> io::Result<String> + Send + Sync + 'static {
    let folder = folder_of(file);
    move |location| {
        let file = folder.join(location);
        files.note(&file);
        failure::read_text(file)
    }
}

/// Whether this is what a function returned, or several recorded answers.
pub(crate) fn is_answer(json: &Value) -> bool {
    let of_answers = [
        "policyDocument",
        "isAuthorized",
        "principalId",
        "answersByToken",
    ];
    of_answers.iter().any(|it| json.get(it).is_some())
}

/// Why a text is not an authorizer. The message also helps a user who has passed a wrong file.
fn unreadable(text: &str, error: &serde_json::Error) -> String {
    const KNOWN: &str =
        "a SAM or CloudFormation template, an OpenAPI export, or one authorizer as JSON";
    let json = serde_json::from_str::<Value>(text).unwrap_or_default();
    match text.trim_start() {
        "" => format!("the file is empty; pass {KNOWN}"),
        _ if is_answer(&json) => format!(
            "this is an answer of a function; pass {KNOWN}, and behind it the answer; `lint` and `policy` check an answer by itself"
        ),
        // The parser lists all fields that there are.
        _ if json.is_object() => {
            let error = error.to_string();
            let problem = error.split(", expected one of ").next().unwrap_or_default();
            format!("{problem}; pass {KNOWN}")
        }
        _ => format!("it has neither `Resources` nor `openapi`; pass {KNOWN}"),
    }
}

fn authorizer(file: &str, text: &str, reading: &Reading) -> Result<Document, Failure> {
    let config = serde_json::from_str::<AuthorizerConfig>(text)
        .map_err(|error| Failure::of(file, unreadable(text, &error)))?;
    let api_type = reading.api_type.unwrap_or_else(|| kind::type_of(text));
    let config = Box::new(config.for_api_type(api_type));
    Ok(Document::Authorizer(config, api_type))
}
