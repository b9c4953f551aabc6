//! The place of a value, for error messages.

use std::{fmt, sync::Arc};

/// The path from the root of a document to a value. It becomes a string only in an error. (`Arc`: a template must be
/// `Send`.)
#[derive(Debug, Clone, Default)]
pub(super) struct Place<'d>(Option<Arc<Step<'d>>>);

#[derive(Debug)]
struct Step<'d> {
    parent: Place<'d>,
    name: StepName<'d>,
}

#[derive(Debug)]
enum StepName<'d> {
    File(&'d str),
    Member(&'d str),
    Item(usize),
}

impl<'d> Place<'d> {
    /// The root of a file that a template includes.
    pub(super) fn of_file(name: &'d str) -> Self {
        Self::default().step(StepName::File(name))
    }

    pub(super) fn member(&self, name: &'d str) -> Self {
        self.step(StepName::Member(name))
    }

    pub(super) fn item(&self, index: usize) -> Self {
        self.step(StepName::Item(index))
    }

    fn step(&self, name: StepName<'d>) -> Self {
        let parent = self.clone();
        Self(Some(Arc::new(Step { parent, name })))
    }
}

/// A JSON pointer with long names shortened. In an included file, the file's name comes before it.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Vec::new();
        let mut step = self.0.as_deref();
        while let Some(Step { parent, name }) = step {
            names.push(name);
            step = parent.0.as_deref();
        }
        if names.is_empty() {
            return f.write_str("/");
        }
        for name in names.into_iter().rev() {
            match name {
                StepName::File(name) => write!(f, "{}#", shortened(name))?,
                StepName::Item(index) => write!(f, "/{index}")?,
                StepName::Member(name) => {
                    let name = shortened(name).replace('~', "~0").replace('/', "~1");
                    write!(f, "/{name}")?;
                }
            }
        }
        Ok(())
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(80).flat_map(char::escape_debug).collect()
}
