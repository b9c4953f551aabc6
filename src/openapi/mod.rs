//! A whole API's authorizers, read from the document that describes it to API Gateway.
//!
//! [`ApiDefinition`] reads an OpenAPI export (OpenAPI 3.0 or Swagger 2.0, JSON or YAML) or a CloudFormation
//! template (SAM's included), and makes one layer of it that asks the right authorizer about each operation.
//!
//! # What is read
//!
//! | OpenAPI | |
//! |---|---|
//! | `components.securitySchemes`, `securityDefinitions` with `x-amazon-apigateway-authorizer` | Lambda authorizers of the types `token` and `request` |
//! | other schemes (API keys, Cognito, JWT, `awsSigv4`, OAuth 2) | an error where an operation uses one, until [`checked_elsewhere`](ApiDefinition::checked_elsewhere) says who checks it |
//! | an operation's `security` | its authorizer; `security: []` and no `security` at all: it is **let through** |
//! | root-level `security` | **nothing**, as REST imports do; [`notes`](ApiDefinition::notes) lists the operations that stay open, [`apply_root_security`](ApiDefinition::apply_root_security) guards them |
//! | paths with `{id}` and `{proxy+}`, `x-amazon-apigateway-any-method` | routing, with API Gateway's precedence |
//! | `basePath`, `servers` | nothing: the stage is not part of a resource's path |
//! | `x-amazon-apigateway-gateway-responses` | the layer's [gateway responses](crate::GatewayResponses), also to unknown routes |
//!
//! | CloudFormation | |
//! |---|---|
//! | `AWS::Serverless::Api`: `Auth`, `Cors`, `GatewayResponses`, `DefinitionBody`; `Globals.Api` | as SAM translates them |
//! | `AWS::Serverless::Function`: events of the type `Api` | operations and their authorizers |
//! | `AWS::ApiGateway::RestApi` with a `Body`, `Authorizer`, `GatewayResponse`, `Resource`, `Method` | the same |
//!
//! Intrinsic functions are not run. Where one stands for something that matters here the error says where;
//! elsewhere (the ARN of a function) it does not matter.
//!
//! # Paths
//!
//! Of the resources that match, one with an exact segment comes before one with a parameter, and that
//! before a greedy one. A request is looked up by its path as received and by every other reading of it
//! (decoded, without doubled slashes, without the one at the end): an operation with an authorizer prevails
//! over one without, so `/%61dmin`, `//admin` and `/admin/` are guarded like `/admin`. Where the readings
//! lead to different authorizers, the answer is 400. HEAD and OPTIONS are methods like others.

mod assembly;
mod authorizer_definition;
mod builder;
mod cloudformation;
mod definition;
mod document;
mod error;
mod layer;
mod model;
mod node;
mod other_scheme;
mod routing;
mod text;
mod write;

pub use self::{
    definition::ApiDefinition,
    error::DefinitionError,
    layer::{ApiAuthorizer, ApiAuthorizerLayer},
    model::{AuthorizerDefinition, AuthorizerType, Operation},
    routing::UnknownRoutes,
};
