//! An API's document in a file of its own: `DefinitionUri` and `BodyS3Location`.

use serde_json::Value;

use super::{resolved::Resolved, resolver::Resolver};
use crate::openapi::{
    error::DefinitionError, file_location::written_name, node::Node, place::Place,
};

/// The properties of an API that name a file, and the properties that contain the document instead.
const LOCATIONS: [(&str, &str, &str); 3] = [
    ("AWS::Serverless::Api", "DefinitionUri", "DefinitionBody"),
    (
        "AWS::Serverless::HttpApi",
        "DefinitionUri",
        "DefinitionBody",
    ),
    ("AWS::ApiGateway", "BodyS3Location", "Body"),
];

impl<'d> Resolver<'d> {
    /// The name of a file, evaluated as far as it is known.
    fn file_name(&mut self, location: &Node<'d>) -> Result<Option<String>, DefinitionError> {
        let (bucket, key) = (location.written("Bucket"), location.written("Key"));
        let name = match bucket.zip(key) {
            Some((bucket, key)) => {
                let (bucket, key) = (self.text(&bucket, 1)?, self.text(&key, 1)?);
                let parts = bucket.zip(key);
                parts.map(|(bucket, key)| format!("s3://{bucket}/{key}"))
            }
            None => self.text(location, 1)?,
        };
        Ok(name.or_else(|| written_name(location)))
    }

    /// Replaces the name of a file by its content. Functions in the file are not evaluated.
    pub(super) fn take_in_file(
        &mut self,
        kind: &str,
        resource: &mut Resolved<'d>,
        properties: &Node<'d>,
    ) -> Result<(), DefinitionError> {
        for (of_kind, location, body) in LOCATIONS {
            let Some(node) = properties
                .written(location)
                .filter(|_| kind.starts_with(of_kind))
            else {
                continue;
            };
            let name = self.noting_defaults(|resolver| resolver.file_name(&node))?;
            let Some((name, document)) = name.as_deref().and_then(|name| self.files.get(name))
            else {
                self.missing.extend(name);
                continue;
            };
            if properties.written(body).is_some() {
                continue;
            }
            let root = document.root_at(Place::of_file(name));
            let content = self.as_written(&root)?.moved_from(&root);
            resource.replace_property(location, body, content);
        }
        Ok(())
    }
}

impl<'d> Resolved<'d> {
    fn replace_property(&mut self, name: &str, by: &str, content: Self) {
        let properties = self.value.get_mut("Properties");
        if let Some(Value::Object(properties)) = properties {
            properties.remove(name);
            properties.insert(by.to_owned(), content.value);
            self.marks
                .member_mut("Properties")
                .set_member(by, content.marks);
        }
    }
}
