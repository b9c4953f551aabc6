//! The resource of a request.

use std::fmt;

use crate::pattern::{cut_arn, folded};

/// The resource of a request, split like the resources of a policy.
#[derive(Debug, Clone, Copy)]
pub struct RequestResource<'r> {
    /// The text between `arn:` and the resource. `None` if the resource is not an ARN. Only `*` covers it then.
    pub(crate) head: Option<&'r str>,
    /// The part after the head, or the whole text if it is not an ARN.
    pub(crate) name: &'r str,
}

impl<'r> RequestResource<'r> {
    /// Takes the text between `arn:` and the resource, and the resource.
    #[must_use]
    pub fn of_parts(head: &'r str, name: &'r str) -> Self {
        Self {
            head: Some(head),
            name,
        }
    }

    pub(crate) fn new(text: &'r str) -> Self {
        match cut_arn(text) {
            Some((head, name)) => Self::of_parts(head, name),
            None => Self {
                head: None,
                name: text,
            },
        }
    }
}

/// The ARN with its resource [folded].
pub(crate) fn folded_arn(text: &str) -> String {
    let resource = RequestResource::new(text);
    let name = &folded(resource.name);
    RequestResource { name, ..resource }.to_string()
}

impl fmt::Display for RequestResource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(head) = self.head {
            write!(f, "arn:{head}:")?;
        }
        f.write_str(self.name)
    }
}
