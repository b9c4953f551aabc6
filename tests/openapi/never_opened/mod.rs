//! Operations that AWS guards and that an earlier version of this crate let through. Some of the documents and templates
//! are in `tests/cases/templates`.

mod absent_functions;
mod early;
mod events;
mod plain_resources;
mod schemes;

use tower_lambda_authorizer::openapi::ApiDefinition;

/// A SAM template with one API and one function.
pub(crate) fn sam(api: &str, events: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Globals: {{Api: {{Auth: {{AddDefaultAuthorizerToCorsPreflight: false}}}}}}
Resources:
  Shop: {api}
  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{{events}}}}}}}
"
    )
}

fn problem(template: &str) -> String {
    let read = ApiDefinition::from_cloudformation(template);
    read.unwrap_err().to_string()
}

const REST: &str = "{Type: AWS::Serverless::Api, Properties: {StageName: s, Cors: \"'*'\", Auth: {DefaultAuthorizer: A, \
                    Authorizers: {A: {FunctionArn: x}}}}}";

const HTTP: &str = "{Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: A, Authorizers: {A: \
                    {FunctionArn: x, AuthorizerPayloadFormatVersion: '2.0'}}}}}";
