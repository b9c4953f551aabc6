//! The Lambda function of an authorizer, as its template describes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::function_layer::FunctionLayer;

/// A Lambda function of a template: what is needed to run it on this machine.
///
/// [`ApiDefinition::functions`](super::ApiDefinition::functions) lists the functions of a template, and
/// [`ApiDefinition::function_of`](super::ApiDefinition::function_of) finds the one of an authorizer. Nothing here
/// decides who may call what, so a value that is not known is not an error: it is `None`, and
/// [`unknown`](Self::unknown) names its property.
///
/// ```
/// use tower_lambda_authorizer::openapi::{ApiDefinition, FunctionCode};
///
/// let definition = ApiDefinition::from_cloudformation(r#"
/// Transform: AWS::Serverless-2016-10-31
/// Globals:
///   Function: {Runtime: nodejs20.x, Timeout: 5}
/// Resources:
///   Shop:
///     Type: AWS::Serverless::Api
///     Properties:
///       StageName: prod
///       Auth: {Authorizers: {Customers: {FunctionArn: !GetAtt Authorizer.Arn}}}
///   Authorizer:
///     Type: AWS::Serverless::Function
///     Properties:
///       CodeUri: ./authorizer
///       Handler: index.handler
///       Environment: {Variables: {ISSUER: https://login.example, TABLE: !Ref Tables}}
/// "#)?;
/// let function = definition.function_of("Customers").unwrap();
/// assert_eq!(function.logical_id(), "Authorizer");
/// assert_eq!(function.handler(), Some("index.handler"));
/// assert_eq!(function.runtime(), Some("nodejs20.x"));
/// assert_eq!(function.code(), &FunctionCode::Local("./authorizer".into()));
/// assert_eq!(function.timeout_in_seconds(), Some(5));
/// let variables: Vec<_> = function.environment().collect();
/// assert_eq!(variables, [("ISSUER", Some("https://login.example")), ("TABLE", None)]);
/// assert_eq!(function.unknown(), ["Environment.Variables.TABLE"]);
/// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
/// ```
///
/// `Debug` shows the names of the environment variables, but not their values, which may be secrets.
#[derive(Clone, PartialEq)]
pub struct FunctionDefinition {
    /// The logical ids that mean this function: its own, and those of its aliases and versions.
    pub(super) ids: BTreeSet<String>,
    pub(super) logical_id: String,
    /// `FunctionName`, in which unknown parts are written as `${Id}`.
    pub(super) name: Option<String>,
    pub(super) handler: Option<String>,
    pub(super) runtime: Option<String>,
    pub(super) code: FunctionCode,
    pub(super) layers: Vec<FunctionLayer>,
    pub(super) environment: BTreeMap<String, Option<String>>,
    pub(super) timeout: Option<u64>,
    pub(super) memory_size: Option<u64>,
    pub(super) unknown: Vec<String>,
}

/// Where the code of a [`FunctionDefinition`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FunctionCode {
    /// A path on this machine, as written (`CodeUri`): a folder or a file, relative to the template.
    Local(String),
    /// The source itself (`InlineCode`, `Code.ZipFile`). It is the file `index`.
    Inline(String),
    /// Not on this machine, or not known: an object on S3, a container image, a location with unknown parts. The text says
    /// which.
    Elsewhere(&'static str),
}

impl FunctionDefinition {
    /// The logical id in the template.
    #[must_use]
    pub fn logical_id(&self) -> &str {
        &self.logical_id
    }

    /// `FunctionName`, if the template sets one that is known. Otherwise a deployment chooses the name.
    #[must_use]
    pub fn function_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.contains("${"))
    }

    /// `Handler`, such as `index.handler`.
    #[must_use]
    pub fn handler(&self) -> Option<&str> {
        self.handler.as_deref()
    }

    /// `Runtime`, such as `nodejs20.x`, `python3.12` or `provided.al2023`.
    #[must_use]
    pub fn runtime(&self) -> Option<&str> {
        self.runtime.as_deref()
    }

    /// Where the code is.
    #[must_use]
    pub fn code(&self) -> &FunctionCode {
        &self.code
    }

    /// `Layers`, in the order in which Lambda unpacks them: a file of a later layer replaces one of an earlier layer. The
    /// layers of SAM's `Globals` come first.
    #[must_use]
    pub fn layers(&self) -> &[FunctionLayer] {
        &self.layers
    }

    /// The environment variables by name. A value is `None` if it is not known, for example because only a deployment
    /// knows the name of a table.
    pub fn environment(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let variables = self.environment.iter();
        variables.map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// `Timeout`. The default of Lambda is 3 seconds.
    #[must_use]
    pub fn timeout_in_seconds(&self) -> Option<u64> {
        self.timeout
    }

    /// `MemorySize`. The default of Lambda is 128 MB.
    #[must_use]
    pub fn memory_size_in_mb(&self) -> Option<u64> {
        self.memory_size
    }

    /// The properties whose values are not known, such as `Handler` or `Environment.Variables.TABLE`. If they depend on
    /// parameters, [`Template::parameter`](super::Template::parameter) sets these.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

impl fmt::Debug for FunctionDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionDefinition")
            .field("logical_id", &self.logical_id)
            .field("handler", &self.handler)
            .field("runtime", &self.runtime)
            .field("environment", &self.environment.keys())
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}
