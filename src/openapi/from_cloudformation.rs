//! Shortcuts from a template's text to an [`ApiDefinition`].

use super::{definition::ApiDefinition, error::DefinitionError, template::Template};

impl ApiDefinition {
    /// Reads the only REST or HTTP API of a CloudFormation or SAM template, in JSON or YAML. An authorizer's name is
    /// its key in SAM's `Authorizers`, or the logical id of an `AWS::ApiGateway::Authorizer` or
    /// `AWS::ApiGatewayV2::Authorizer`.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let definition = ApiDefinition::from_cloudformation(r#"
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   PetStore:
    ///     Type: AWS::Serverless::Api
    ///     Properties:
    ///       StageName: prod
    ///       Auth:
    ///         DefaultAuthorizer: Tokens
    ///         Authorizers:
    ///           Tokens: {FunctionArn: !GetAtt Authorizer.Arn}
    ///   Pets:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Events:
    ///         List: {Type: Api, Properties: {Path: /pets, Method: get, RestApiId: !Ref PetStore}}
    /// "#)?;
    /// let operation = definition.operations().next().unwrap();
    /// assert_eq!(operation.to_string(), "GET /pets");
    /// assert_eq!(operation.authorizer(), Some("Tokens"));
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`], with the place in the template, if it is not a template, if it has no such API or
    /// several, or if it has an intrinsic function where a plain value is needed.
    pub fn from_cloudformation(text: &str) -> Result<Self, DefinitionError> {
        Template::from_text(text)?.api()
    }

    /// Reads one of several APIs by its logical id, like [`from_cloudformation`](Self::from_cloudformation).
    /// `ServerlessRestApi` and `ServerlessHttpApi` are the APIs that SAM creates from functions' events.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`from_cloudformation`](Self::from_cloudformation).
    pub fn from_cloudformation_api(text: &str, logical_id: &str) -> Result<Self, DefinitionError> {
        Template::from_text(text)?.api_named(logical_id)
    }
}
