//! A CloudFormation template with its input: the values of parameters and the contents of files.

mod assumptions;
mod body_files;
mod conditions;
mod constraints;
mod early;
mod files;
mod functions;
mod includes;
mod lists;
mod loops;
mod mappings;
mod parameters;
mod resolved;
mod resolver;
mod resources;
mod sections;
mod substitution;
mod values;

use std::{collections::BTreeMap, fmt, io, sync::Arc};

use self::{files::Files, resolver::Resolver};
use super::{
    cloudformation, definition::ApiDefinition, error::DefinitionError, quoting::quoted, text,
    text::Document, unknown::Unknowns,
};

/// A CloudFormation or SAM template, from which an [`ApiDefinition`] is read.
///
/// Templates are deployed with parameters, in a region, and with files beside them. Set the ones that the application
/// knows. The template's functions and conditions are evaluated before anything else is read.
///
/// ```
/// use tower_lambda_authorizer::openapi::Template;
///
/// let template = Template::from_text(r#"
/// Parameters:
///   Stage: {Type: String}
/// Conditions:
///   IsLive: !Equals [!Ref Stage, live]
/// Resources:
///   Shop:
///     Type: AWS::Serverless::HttpApi
///     Properties:
///       Auth:
///         DefaultAuthorizer: Gate
///         Authorizers:
///           Gate: {FunctionArn: !GetAtt Gate.Arn, AuthorizerPayloadFormatVersion: "2.0"}
///       DefinitionBody:
///         Fn::Transform: {Name: AWS::Include, Parameters: {Location: !If [IsLive, ./shop.yaml, ./test.yaml]}}
/// "#)?
/// .parameter("Stage", "live")
/// .include("./shop.yaml", "openapi: 3.0.1\npaths: {/bills: {get: {}}}");
///
/// assert_eq!(template.apis()?, ["Shop"]);
/// let definition = template.api()?;
/// let operation = definition.operations().next().unwrap();
/// assert_eq!(operation.to_string(), "GET /bills");
/// assert_eq!(operation.authorizer(), Some("Gate"));
/// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
/// ```
///
/// # What is evaluated
///
/// `Ref` of parameters and pseudo parameters, `Fn::Sub`, `Fn::Join`, `Fn::Select`, `Fn::Split`, `Fn::FindInMap`,
/// `Fn::If`, `Conditions`, resources' `Condition`, `AWS::NoValue`, `AWS::Include` (in `Transform`, and as
/// `Fn::Transform` anywhere), and with `AWS::LanguageExtensions` `Fn::ForEach`, `Fn::Length`, `Fn::ToJsonString` and
/// the default of `Fn::FindInMap`.
///
/// A parameter that is not set has its `Default`, as in a deployment ([`notes`](ApiDefinition::notes) list these
/// parameters).
///
/// # What is not known
///
/// A function with an unknown value is an error only if the value decides who may call what: the name of a bucket does
/// not. An unknown condition is tried both ways. It is an error if the operations, their authorizers or these
/// authorizers' settings differ.
#[derive(Clone)]
pub struct Template {
    document: Arc<Document>,
    parameters: BTreeMap<String, String>,
    includes: BTreeMap<String, String>,
    reader: Option<Reader>,
}

type Reader = Arc<dyn Fn(&str) -> io::Result<String> + Send + Sync>;

impl Template {
    /// Reads a template in JSON or YAML. Reading takes time and memory linear in the size of the template, which may
    /// have up to 16 MiB.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`] if the text is neither JSON nor YAML, or exceeds a limit.
    pub fn from_text(text: &str) -> Result<Self, DefinitionError> {
        Ok(Self {
            document: Arc::new(text::parse(text)?),
            parameters: BTreeMap::new(),
            includes: BTreeMap::new(),
            reader: None,
        })
    }

    /// The names of the members at the top of the template: `Transform`, `Resources` and so on. A document of another kind
    /// has other members, so they show what the text is.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::Template;
    ///
    /// let template = Template::from_text("openapi: 3.0.1\npaths: {}")?;
    /// assert!(!template.sections().any(|name| name == "Resources"));
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        let members = self.document.value.as_object().into_iter().flatten();
        members.map(|(name, _)| name.as_str())
    }

    /// Sets the value of a parameter, as a string (a list separated by commas), or of a pseudo parameter:
    /// `AWS::Region`, `AWS::AccountId`, `AWS::Partition`, `AWS::StackName`, `AWS::StackId`, `AWS::URLSuffix`. A second
    /// call for the same name replaces the value.
    ///
    /// [`api`](Self::api) fails for a name that the template does not have, and for a value that the parameter's
    /// declaration does not allow (`Type`, `AllowedValues`, `AllowedPattern`, lengths and limits). `Rules` are not
    /// evaluated. If the template has any, a [note](ApiDefinition::notes) says so.
    ///
    /// If a parameter is read from the Systems Manager (`AWS::SSM::Parameter::Value<…>`), set the value that is stored
    /// there.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Supplies the content of a file under its name in the template: the `Location` of an `AWS::Include`, a
    /// `DefinitionUri`, a `BodyS3Location` (`s3://bucket/key`). Write a name with unknown variables as in the template:
    /// `s3://${Bucket}/shop.yaml`.
    ///
    /// If the template does not name the file, a [note](ApiDefinition::notes) says so, or the errors if there are any.
    #[must_use]
    pub fn include(mut self, location: impl Into<String>, text: impl Into<String>) -> Self {
        self.includes.insert(location.into(), text.into());
        self
    }

    /// Reads the files that [`include`](Self::include) has not supplied. If reading fails, a file on S3 remains
    /// unknown; any other file is an error.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::Template;
    ///
    /// let template = Template::from_text("Resources: {}")?
    ///     .include_with(|location| std::fs::read_to_string(std::path::Path::new("deploy").join(location)));
    /// # assert!(template.apis()?.is_empty());
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn include_with(
        mut self,
        read: impl Fn(&str) -> io::Result<String> + Send + Sync + 'static,
    ) -> Self {
        self.reader = Some(Arc::new(read));
        self
    }

    /// The logical ids of the template's REST and HTTP APIs, including those that SAM creates from functions' events
    /// (`ServerlessRestApi`, `ServerlessHttpApi`), and APIs whose `Condition` is not known.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`] if this is not a template, or cannot be evaluated.
    pub fn apis(&self) -> Result<Vec<String>, DefinitionError> {
        let mut files = Files::parse(&self.includes)?;
        self.with_files(&mut files, |resolver| {
            let tree = resolver.resolve(&BTreeMap::new())?;
            let unknowns = Unknowns::default();
            let apis = cloudformation::apis(tree.root().noting(&unknowns));
            unknowns.without_conditions().if_known(apis)
        })
    }

    /// Reads the template's only REST or HTTP API.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`], with the place in the template, if it has no such API or several, or if something that
    /// decides who may call what is wrong or not known.
    pub fn api(&self) -> Result<ApiDefinition, DefinitionError> {
        self.read(None)
    }

    /// Reads the API with this logical id.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`api`](Self::api).
    pub fn api_named(&self, logical_id: &str) -> Result<ApiDefinition, DefinitionError> {
        self.read(Some(logical_id))
    }

    fn read(&self, api: Option<&str>) -> Result<ApiDefinition, DefinitionError> {
        let mut files = Files::parse(&self.includes)?;
        let read = self.with_files(&mut files, |resolver| {
            assumptions::read_under_assumptions(resolver, |root| cloudformation::read(root, api))
        });
        let unnamed = files.unnamed(self.includes.keys(), &self.document);
        let unnamed = unnamed.into_iter().map(|name| {
            let name = quoted(name);
            format!("the file {name} was supplied, but the template does not name it; check the spelling")
        });
        match read {
            Ok(mut definition) => {
                definition.notes.extend(unnamed);
                ApiDefinition::new(definition)
            }
            // A supplied file with a misspelled name may be the cause of the error.
            Err(error) => {
                let unnamed = unnamed.map(DefinitionError::of_document);
                Err(DefinitionError::all(
                    [error].into_iter().chain(unnamed).collect(),
                ))
            }
        }
    }

    /// Runs `work`, and runs it again as long as it needs more files, which are read in between.
    fn with_files<T>(
        &self,
        files: &mut Files,
        work: impl Fn(&mut Resolver<'_>) -> Result<T, DefinitionError>,
    ) -> Result<T, DefinitionError> {
        loop {
            let mut resolver = Resolver::new(&self.document, &self.parameters, files)?;
            let result = work(&mut resolver);
            let missing = resolver.into_missing();
            match &self.reader {
                Some(read) if files.read_more(&missing, &**read)? => {}
                _ => return result,
            }
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("parameters", &self.parameters)
            .field("includes", &self.includes.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_template_can_be_shared() {
        fn is_shared<T: Send + Sync + 'static>() {}
        is_shared::<super::Template>();
    }
}
