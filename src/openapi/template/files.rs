//! The files that a template names.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use crate::openapi::{
    error::{DefinitionError, quoted},
    text::{self, Document},
};

/// The most files of one template.
const MAX_FILES: usize = 1000;

/// The files that are known, by their names in the template. None: it was looked for in vain.
#[derive(Debug, Default)]
pub(super) struct Files(BTreeMap<String, Option<Document>>);

impl Files {
    pub(super) fn parse(texts: &BTreeMap<String, String>) -> Result<Self, DefinitionError> {
        let mut files = Self::default();
        for (name, text) in texts {
            files.add(name, text)?;
        }
        Ok(files)
    }

    fn add(&mut self, name: &str, text: &str) -> Result<(), DefinitionError> {
        let document = text::parse(text).map_err(|problem| of_file(name, problem))?;
        self.0.insert(key(name).to_owned(), Some(document));
        match self.0.len() > MAX_FILES {
            true => Err(DefinitionError::limit(format!(
                "it includes more than {MAX_FILES} files"
            ))),
            false => Ok(()),
        }
    }

    /// A file and its name.
    pub(super) fn get(&self, name: &str) -> Option<(&str, &Document)> {
        let (name, document) = self.0.get_key_value(key(name))?;
        Some((name, document.as_ref()?))
    }

    /// Reads the files that are missing. Whether one was read that was not known before.
    pub(super) fn read_more(
        &mut self,
        missing: &BTreeSet<String>,
        read: &dyn Fn(&str) -> io::Result<String>,
    ) -> Result<bool, DefinitionError> {
        let mut found = false;
        for name in missing {
            if self.0.contains_key(key(name)) {
                continue;
            }
            match read(name) {
                Ok(text) => {
                    self.add(name, &text)?;
                    found = true;
                }
                Err(_) if name.starts_with("s3:") || name.starts_with("https:") => {
                    self.0.insert(key(name).to_owned(), None);
                }
                Err(error) => {
                    let problem = DefinitionError::syntax(error);
                    return Err(of_file(name, problem));
                }
            }
        }
        Ok(found)
    }
}

/// `./shop.yaml` and `shop.yaml` are the same file.
fn key(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

fn of_file(name: &str, problem: DefinitionError) -> DefinitionError {
    DefinitionError::File {
        name: quoted(name),
        problem: Box::new(problem),
    }
}
