//! Which `--function` is for which authorizer.

use std::collections::BTreeMap;

use super::{ONLY, target::Target};
use crate::failure::Failure;

/// The targets of the command line.
pub(super) struct Assigned {
    by_name: BTreeMap<String, Target>,
}

impl Assigned {
    /// Each name must be known, and named once.
    pub(super) fn new(
        file: &str,
        authorizers: &[String],
        functions: &[(String, String)],
    ) -> Result<Self, Failure> {
        let mut by_name = BTreeMap::new();
        for (name, target) in functions {
            if name != ONLY && !authorizers.contains(name) {
                return Err(unknown(file, name, authorizers));
            }
            if by_name
                .insert(name.clone(), Target::parse(target)?)
                .is_some()
            {
                return Err(twice(name));
            }
        }
        Ok(Self { by_name })
    }

    /// The target for this authorizer: the one with its name, or the one without a name.
    pub(super) fn to(&self, authorizer: &str) -> Option<&Target> {
        let target = self.by_name.get(authorizer);
        target.or_else(|| self.by_name.get(ONLY))
    }
}

fn unknown(file: &str, name: &str, authorizers: &[String]) -> Failure {
    let known: Vec<_> = authorizers.iter().filter(|name| *name != ONLY).collect();
    if known.is_empty() {
        return Failure::of(
            file,
            format_args!("its authorizer has no name; write `--function TARGET` without `{name}=`"),
        );
    }
    let known: Vec<_> = known.into_iter().map(String::as_str).collect();
    Failure::of(
        file,
        format_args!(
            "`--function {name}=…`: it has no authorizer or function `{name}`; its authorizers are {}",
            known.join(", ")
        ),
    )
}

fn twice(name: &str) -> Failure {
    match name {
        ONLY => {
            Failure::new("`--function TARGET` without a name is given twice; name the functions")
        }
        name => Failure::new(format_args!(
            "`--function {name}=…` is given twice; leave one out"
        )),
    }
}
