//! Templates whose functions and conditions are evaluated.

mod conditions;
mod files;
mod functions;
mod unusual;

use tower_lambda_authorizer::openapi::{ApiDefinition, DefinitionError, Template};

macro_rules! case {
    ($name:literal) => {
        include_str!(concat!("../../cases/templates/", $name, ".yaml"))
    };
}
use case;

fn template(text: &str) -> Template {
    Template::from_text(text).unwrap()
}

fn problem(read: Result<ApiDefinition, DefinitionError>) -> String {
    read.unwrap_err().to_string()
}

/// A REST API whose body has this operation at `/paid`, and two schemes.
fn body(operation: &str) -> String {
    format!(
        "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Stage: {{Type: String}}
  Names: {{Type: CommaDelimitedList, Default: 'gate, other'}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Idle: !Not [Condition: Live]
Mappings:
  Guards: {{live: {{name: gate, all: [gate]}}, test: {{name: other, all: [other]}}}}
Resources:
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        securityDefinitions:
          gate: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}
          other: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {{type: token}}}}
        paths:
          /paid: {operation}
"
    )
}

/// An HTTP API with this value as its default authorizer.
fn default_authorizer(value: &str) -> String {
    let authorizer = "{FunctionArn: x, AuthorizerPayloadFormatVersion: '2.0'}";
    format!(
        "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Stage: {{Type: String}}
  Names: {{Type: CommaDelimitedList, Default: 'gate, other'}}
Mappings:
  Guards: {{live: {{name: gate, all: [gate]}}, test: {{name: other, all: [other]}}}}
Resources:
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth: {{DefaultAuthorizer: {value}, Authorizers: {{gate: {authorizer}, other: {authorizer}}}}}
  Pay:
    Type: AWS::Serverless::Function
    Properties: {{Events: {{Pay: {{Type: HttpApi, Properties: {{ApiId: !Ref Shop, Path: /paid, Method: get}}}}}}}}
"
    )
}
