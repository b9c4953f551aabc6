//! Who answers for the authorizers of a document.

mod assigned;
mod authorizers;
#[cfg_attr(not(feature = "aws"), path = "not_deployed.rs")]
mod deployed;
mod missing;
mod notes;
mod process;
mod recorded;
mod remote;
mod target;

use std::collections::BTreeMap;

use tower_lambda_authorizer::{BoxAuthorizer, lambda::LambdaFunction};

use self::{
    assigned::Assigned,
    authorizers::{Authorizer, authorizers_of},
    deployed::DeployedFunction,
    missing::Missing,
    process::LocalFunction,
    remote::RemoteFunction,
    target::Target,
};
pub(crate) use self::{
    process::{Seen, Sources},
    recorded::Recorded,
};
use crate::{
    cli,
    document::Document,
    failure::{Failure, in_one_line},
};

/// The functions of a document.
#[derive(Default)]
pub(crate) struct Functions {
    by_authorizer: BTreeMap<String, Function>,
}

/// Who answers for an authorizer.
#[derive(Clone)]
enum Function {
    Recorded(Recorded),
    Local(LocalFunction),
    Remote(RemoteFunction),
    Deployed(DeployedFunction),
    Missing(Missing),
}

/// The most bytes of an answer, as on Lambda.
const MAX_ANSWER_BYTES: usize = 6 * 1024 * 1024 + 100;

/// The name of the authorizer in a document that has no names.
const ONLY: &str = "";

impl Functions {
    /// Finds who answers for each authorizer of a document. No process starts yet.
    pub(crate) fn of(
        file: &str,
        document: &Document,
        arguments: &cli::Functions,
    ) -> Result<Self, Failure> {
        let authorizers = authorizers_of(file, document);
        let assigned = Assigned::new(file, &authorizers, &arguments.functions)?;
        let mut known = Known::default();
        let mut by_authorizer = BTreeMap::new();
        for authorizer in authorizers {
            let function = match assigned.to(&authorizer) {
                Some(target) => known.assigned(target, &authorizer)?,
                None => known.of_template(file, &authorizer),
            };
            by_authorizer.insert(authorizer.name.to_owned(), function);
        }
        Ok(Self { by_authorizer })
    }

    /// One recorded answer, or several, for every authorizer of a document.
    pub(crate) fn recorded(file: &str, document: &Document, answer: &str) -> Result<Self, Failure> {
        let recorded = Recorded::read(answer)?;
        let authorizers = authorizers_of(file, document).into_iter();
        let by_authorizer = authorizers
            .map(|it| (it.name.to_owned(), Function::Recorded(recorded.clone())))
            .collect();
        Ok(Self { by_authorizer })
    }

    /// Who answers for the authorizer with this name, which is empty if the document has only one. If it has no function,
    /// each call fails with an error that says what is missing.
    pub(crate) fn authorizer(&self, name: &str) -> BoxAuthorizer {
        match self.by_authorizer.get(name) {
            Some(Function::Recorded(recorded)) => recorded.authorizer(),
            Some(Function::Local(function)) => {
                BoxAuthorizer::new(LambdaFunction::new(function.clone()))
            }
            Some(Function::Remote(function)) => {
                BoxAuthorizer::new(LambdaFunction::new(function.clone()))
            }
            Some(Function::Deployed(function)) => {
                BoxAuthorizer::new(LambdaFunction::new(function.clone()))
            }
            Some(Function::Missing(missing)) => missing.authorizer(),
            None => Missing::new(name).authorizer(),
        }
    }

    /// Starts processes ahead of the first request.
    pub(crate) async fn warm(&self) {
        for function in self.by_authorizer.values() {
            if let Function::Local(function) = function {
                function.warm().await;
            }
        }
    }

    /// The files of functions that run here, with the names of their authorizers.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &Sources)> {
        let functions = self.by_authorizer.iter();
        functions.filter_map(|(authorizer, function)| match function {
            Function::Local(function) => Some((authorizer.as_str(), function.sources())),
            _ => None,
        })
    }

    /// A line for each authorizer: who answers for it.
    pub(crate) fn describe(&self) -> Vec<String> {
        let functions = self.by_authorizer.iter();
        functions
            .map(|(authorizer, function)| match authorizer.as_str() {
                ONLY => function.describe(),
                authorizer => format!("{authorizer}: {}", function.describe()),
            })
            .collect()
    }

    /// Whether every answer is recorded, so that it takes no time.
    pub(crate) fn are_recorded(&self) -> bool {
        let mut functions = self.by_authorizer.values();
        functions.all(|function| matches!(function, Function::Recorded(_)))
    }

    /// Whether every call so far had someone to answer it.
    pub(crate) fn check_answered(&self) -> Result<(), Failure> {
        self.by_authorizer
            .values()
            .try_for_each(|function| match function {
                Function::Recorded(recorded) => recorded.check_answered(),
                Function::Missing(missing) => missing.check_answered(),
                Function::Local(_) | Function::Remote(_) | Function::Deployed(_) => Ok(()),
            })
    }
}

impl Function {
    fn describe(&self) -> String {
        match self {
            Self::Recorded(recorded) => format!("recorded answers, {}", recorded.file()),
            Self::Local(function) => function.describe(),
            Self::Remote(function) => function.describe(),
            Self::Deployed(function) => function.describe(),
            Self::Missing(missing) => missing.to_string(),
        }
    }
}

/// Whether a target of `--function` is a file with recorded answers.
pub(crate) fn is_a_file(target: &str) -> bool {
    matches!(Target::parse(target), Ok(Target::Recorded(_)))
}

/// The functions so far. Authorizers that share a function share its processes.
#[derive(Default)]
struct Known {
    local: BTreeMap<String, Function>,
}

impl Known {
    fn assigned(&self, target: &Target, authorizer: &Authorizer<'_>) -> Result<Function, Failure> {
        match target {
            Target::Recorded(file) => Recorded::read(file).map(Function::Recorded),
            Target::Endpoint(endpoint) => {
                RemoteFunction::new(endpoint, authorizer.name_for_invoke()).map(Function::Remote)
            }
            Target::Deployed(name) => deployed(name.as_deref(), authorizer).map(Function::Deployed),
            Target::InFile(named) => {
                let function = LocalFunction::in_file(authorizer.name_for_invoke(), named);
                let function =
                    function.map_err(|problem| target::unusable(&named.handler, &problem));
                function.map(Function::Local)
            }
        }
    }

    fn of_template(&mut self, file: &str, authorizer: &Authorizer<'_>) -> Function {
        let Some(definition) = authorizer.function else {
            return Function::Missing(Missing::new(authorizer.name));
        };
        let new = || match LocalFunction::new(&authorizer.folder, definition) {
            Ok(function) => {
                notes::tell(file, &authorizer.folder, definition, &function);
                Function::Local(function)
            }
            Err(reason) => {
                Function::Missing(Missing::unusable(authorizer.name, definition, &reason))
            }
        };
        let id = definition.logical_id().to_owned();
        self.local.entry(id).or_insert_with(new).clone()
    }
}

/// The function under the name that the option has, that the authorizer has, or that the template gives the function.
fn deployed(name: Option<&str>, authorizer: &Authorizer<'_>) -> Result<DeployedFunction, Failure> {
    let of_template = || authorizer.function?.function_name();
    let name = name.or(authorizer.deployed).or_else(of_template);
    let option = match authorizer.name {
        ONLY => "--function ".to_owned(),
        name => format!("--function {name}="),
    };
    let function = DeployedFunction::new(name);
    function.map_err(|problem| Failure::new(in_one_line(format_args!("`{option}aws`: {problem}"))))
}
