//! Which `--function` is for which authorizer.

use std::collections::BTreeMap;

use tower_lambda_authorizer::openapi::FunctionDefinition;

use super::{Authorizer, ONLY, target::Target};
use crate::failure::Failure;

/// The targets of the command line.
pub(super) struct Assigned {
    by_name: BTreeMap<String, Target>,
}

impl Assigned {
    /// Each name must be known, and named once.
    pub(super) fn new(
        file: &str,
        authorizers: &[Authorizer<'_>],
        functions: &[(String, String)],
    ) -> Result<Self, Failure> {
        let mut by_name = BTreeMap::new();
        for (name, target) in functions {
            if name != ONLY && !authorizers.iter().any(|it| it.is_named(name)) {
                return Err(unknown(file, name, authorizers));
            }
            let target = Target::parse(target)?;
            if by_name.insert(name.clone(), target).is_some() {
                return Err(twice(name));
            }
        }
        Ok(Self { by_name })
    }

    /// The target for this authorizer: under its name, under the logical id of its function, or without a name.
    pub(super) fn to(&self, authorizer: &Authorizer<'_>) -> Option<&Target> {
        let own = self.by_name.get(authorizer.name);
        let function = authorizer.function.map(FunctionDefinition::logical_id);
        let of_function = || self.by_name.get(function?);
        own.or_else(of_function).or_else(|| self.by_name.get(ONLY))
    }
}

fn unknown(file: &str, name: &str, authorizers: &[Authorizer<'_>]) -> Failure {
    let known = authorizers.iter().map(|it| it.name);
    let known: Vec<_> = known.filter(|name| *name != ONLY).collect();
    let problem = match &*known {
        [] => format!("its authorizer has no name; write `--function TARGET` without `{name}=`"),
        known => format!(
            "`--function {name}=…`: it has no authorizer or function `{name}`; its authorizers are {}",
            known.join(", ")
        ),
    };
    Failure::of(file, problem)
}

fn twice(name: &str) -> Failure {
    Failure::new(match name {
        ONLY => "`--function TARGET` without a name is given twice; name the functions".to_owned(),
        name => format!("`--function {name}=…` is given twice; leave one out"),
    })
}
