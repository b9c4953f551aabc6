//! The files that a template names.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::Value;

use crate::openapi::{
    error::DefinitionError,
    quoting::quoted,
    text::{self, Document},
};

/// The most files of one template.
const MAX_FILES: usize = 1000;

/// The known files by their names in the template. `None`: reading the file has failed.
#[derive(Debug, Default)]
pub(super) struct Files {
    known: BTreeMap<String, Option<Document>>,
    used: RefCell<BTreeSet<String>>,
}

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
        self.known.insert(key(name).to_owned(), Some(document));
        if self.known.len() > MAX_FILES {
            Err(DefinitionError::limit(format!(
                "it includes more than {MAX_FILES} files"
            )))
        } else {
            Ok(())
        }
    }

    /// A file and its name.
    pub(super) fn get(&self, name: &str) -> Option<(&str, &Document)> {
        let (name, document) = self.known.get_key_value(key(name))?;
        if !self.used.borrow().contains(name) {
            self.used.borrow_mut().insert(name.clone());
        }
        Some((name, document.as_ref()?))
    }

    /// The names that neither the template nor a file mentions.
    pub(super) fn unnamed<'n>(
        &self,
        names: impl Iterator<Item = &'n String>,
        template: &Document,
    ) -> Vec<&'n str> {
        let used = self.used.borrow();
        let mut unnamed: Vec<_> = names.map(String::as_str).collect();
        unnamed.retain(|name| !used.contains(key(name)));
        // A name may be unused because a condition is false.
        let files = self.known.values().flatten();
        let mut values: Vec<_> = files.map(|document| &document.value).collect();
        values.push(&template.value);
        while let Some(value) = values.pop().filter(|_| !unnamed.is_empty()) {
            match value {
                Value::String(text) => unnamed.retain(|name| !is_name(text, name)),
                Value::Array(items) => values.extend(items),
                Value::Object(members) => values.extend(members.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        unnamed
    }

    /// Reads missing files. Returns whether a file was read.
    pub(super) fn read_more(
        &mut self,
        missing: &BTreeSet<String>,
        read: &dyn Fn(&str) -> io::Result<String>,
    ) -> Result<bool, DefinitionError> {
        let mut found = false;
        for name in missing {
            if self.known.contains_key(key(name)) {
                continue;
            }
            match read(name) {
                Ok(text) => {
                    self.add(name, &text)?;
                    found = true;
                }
                Err(_) if name.starts_with("s3:") || name.starts_with("https:") => {
                    self.known.insert(key(name).to_owned(), None);
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

/// `./shop.yaml` and `shop.yaml` name the same file.
fn key(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

/// Whether a string is the name of a file, or the key of a file on S3.
fn is_name(text: &str, name: &str) -> bool {
    let on_s3 = name.strip_prefix("s3://");
    let of_bucket = on_s3.and_then(|rest| rest.split_once('/'));
    key(text) == key(name) || of_bucket.is_some_and(|(_, key)| key == text)
}

fn of_file(name: &str, problem: DefinitionError) -> DefinitionError {
    DefinitionError::File {
        name: quoted(name),
        problem: Box::new(problem),
    }
}
