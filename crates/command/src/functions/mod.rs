//! Who answers for the authorizers of a document.

mod assigned;
mod missing;
mod recorded;
mod target;

use std::collections::BTreeMap;

use tower_lambda_authorizer::{BoxAuthorizer, openapi::ApiDefinition};

pub(crate) use self::recorded::Recorded;
use self::{assigned::Assigned, missing::Missing, target::Target};
use crate::{cli, document::Document, failure::Failure};

/// The functions of a document.
pub(crate) struct Functions {
    by_authorizer: BTreeMap<String, Function>,
}

/// Who answers for an authorizer.
enum Function {
    Recorded(Recorded),
    Missing(Missing),
}

/// The name of the authorizer in a document that has no names.
const ONLY: &str = "";

impl Functions {
    /// Finds who answers for each authorizer of a document. No process starts yet.
    pub(crate) fn of(
        file: &str,
        document: &Document,
        arguments: &cli::Functions,
    ) -> Result<Self, Failure> {
        let authorizers = authorizers_of(document);
        let assigned = Assigned::new(file, &authorizers, &arguments.functions)?;
        let mut by_authorizer = BTreeMap::new();
        for authorizer in authorizers {
            let function = match assigned.to(&authorizer) {
                Some(target) => Function::new(target)?,
                None => Function::Missing(Missing::new(&authorizer)),
            };
            by_authorizer.insert(authorizer, function);
        }
        Ok(Self { by_authorizer })
    }

    /// One recorded answer, or several, for every authorizer of a document.
    pub(crate) fn recorded(document: &Document, answer: &str) -> Result<Self, Failure> {
        let recorded = Recorded::read(answer)?;
        let authorizers = authorizers_of(document).into_iter();
        let by_authorizer = authorizers
            .map(|authorizer| (authorizer, Function::Recorded(recorded.clone())))
            .collect();
        Ok(Self { by_authorizer })
    }

    /// Who answers for the authorizer with this name, which is empty if the document has only one. If it has no function,
    /// each call fails with an error that says what is missing.
    pub(crate) fn authorizer(&self, name: &str) -> BoxAuthorizer {
        match self.by_authorizer.get(name) {
            Some(Function::Recorded(recorded)) => recorded.authorizer(),
            Some(Function::Missing(missing)) => missing.authorizer(),
            None => Missing::new(name).authorizer(),
        }
    }

    /// Starts processes ahead of the first request.
    pub(crate) async fn warm(&self) {}

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

    /// Whether every call so far had someone to answer it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.by_authorizer
            .values()
            .try_for_each(|function| match function {
                Function::Recorded(recorded) => recorded.check(),
                Function::Missing(missing) => missing.check(),
            })
    }
}

impl Function {
    fn new(target: &Target) -> Result<Self, Failure> {
        match target {
            Target::Recorded(file) => Recorded::read(file).map(Self::Recorded),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Recorded(recorded) => format!("recorded answers, {}", recorded.file()),
            Self::Missing(missing) => missing.to_string(),
        }
    }
}

fn authorizers_of(document: &Document) -> Vec<String> {
    let names = |definition: &ApiDefinition| {
        let authorizers = definition.authorizers();
        authorizers.map(|(name, _)| name.to_owned()).collect()
    };
    match document {
        Document::Api(definition) => names(definition),
        Document::Authorizer(..) => vec![ONLY.to_owned()],
    }
}
