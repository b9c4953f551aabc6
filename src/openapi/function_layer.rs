//! A layer of a Lambda function.

/// A layer of a [`FunctionDefinition`](super::FunctionDefinition): an entry of its `Layers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionLayer {
    pub(super) name: String,
    pub(super) content: LayerContent,
}

/// Where the content of a [`FunctionLayer`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayerContent {
    /// A path on this machine, as written (`ContentUri`), relative to the template: what Lambda unpacks into `/opt`.
    Local(String),
    /// Not on this machine, or not known. The text says why.
    Elsewhere(&'static str),
}

impl FunctionLayer {
    /// The logical id of a layer of the template. For another layer, its ARN as written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the content is.
    #[must_use]
    pub fn content(&self) -> &LayerContent {
        &self.content
    }
}
