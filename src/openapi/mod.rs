//! A whole API's authorizers, read from the document that describes it to API Gateway.
//!
//! [`ApiDefinition`] reads an OpenAPI export (OpenAPI 3.0 or Swagger 2.0, JSON or YAML) or a CloudFormation
//! template (SAM's included), and makes one layer of it that asks the right authorizer about each operation.
//! The API may be a REST API or an HTTP API.
//!
//! # What is read
//!
//! | OpenAPI | |
//! |---|---|
//! | `components.securitySchemes`, `securityDefinitions` with `x-amazon-apigateway-authorizer` | Lambda authorizers of the types `token` and `request`; of an HTTP API with `authorizerPayloadFormatVersion` and `enableSimpleResponses` |
//! | other schemes (API keys, Cognito, JWT, `awsSigv4`, OAuth 2), and names that are not defined | an error where an operation uses one, until [`checked_elsewhere`](ApiDefinition::checked_elsewhere) says who checks it |
//! | an operation's `security` | its authorizer; `security: []`, and no `security` here and at the root: it is **let through** |
//! | root-level `security` | guards the operations that have no `security` of their own, as recorded imports do (AWS's documentation says that REST imports ignore it) |
//! | paths with `{id}` and `{proxy+}`, `x-amazon-apigateway-any-method`, `/$default` | routing, with API Gateway's precedence |
//! | `x-amazon-apigateway-cors` | **nothing** but a [note](ApiDefinition::notes): preflights are requests like others, unless a layer around this one answers them |
//! | `basePath`, `servers` | nothing: the stage is not part of a resource's path |
//! | `x-amazon-apigateway-gateway-responses` | the layer's [gateway responses](crate::GatewayResponses), also to unknown routes |
//!
//! | CloudFormation | |
//! |---|---|
//! | `AWS::Serverless::Api`: `Auth`, `Cors`, `GatewayResponses`, `DefinitionBody`; `Globals.Api` | as SAM translates them |
//! | `AWS::Serverless::Function`, `StateMachine`: events of the type `Api` | operations and their authorizers. In a `DefinitionBody` they change nothing, unless `MergeDefinitions` or `OverrideApiAuth` says so |
//! | `AWS::ApiGateway::RestApi` with a `Body`, `Authorizer`, `GatewayResponse`, `Resource`, `Method` | the same |
//! | `AWS::Serverless::HttpApi`: `Auth`, `DefinitionBody`; `Globals.HttpApi`; events of the type `HttpApi` | an HTTP API, as SAM translates it |
//! | `AWS::ApiGatewayV2::Api` of the protocol `HTTP` with a `Body` or a `Target`, `Authorizer`, `Route`, `ApiGatewayManagedOverrides` | the same |
//! | `CorsConfiguration` | a note, as above |
//! | nested stacks, modules and custom resources that are given the API's id; firewalls; domains with mutual TLS | a [note](ApiDefinition::notes) |
//! | `Transform` with other macros than SAM's and the language extensions, `CloneFrom`, base paths that are prepended | an error |
//!
//! What SAM makes of a template is compared with its own translator. What that decides before conditions are worked out
//! (events of functions that are not there, flags that are functions) is read as it does, or is an error.
//!
//! Parameters, conditions, intrinsic functions and included files are worked out first, as far as they are known:
//! [`Template`] takes their values and texts, and says what is worked out. A function whose value is not known (the ARN of
//! a function) is an error only if it decides who may call what. Of a member that is there twice AWS takes the last one;
//! that is an error in the parts that are read here, and does not matter in others.
//!
//! [`ApiDefinition::report`] shows the whole API before it is trusted. [`guide`] goes from a SAM template, a CDK app and an
//! OpenAPI export to a guarded service.
//!
//! # Which type of API
//!
//! What only one type has says so. An HTTP API: a payload format, simple responses, `$request.…` sources, JWT
//! authorizers, `/$default`, `x-amazon-apigateway-cors`, `x-amazon-apigateway-importexport-version` (which each of its
//! exports has). A REST API: TOKEN and Cognito authorizers, `method.request.…` sources, gateway responses, a resource
//! policy. Both in one document are an error. A document with neither is a REST API's, unless
//! [`for_api_type`](ApiDefinition::for_api_type) says otherwise.
//!
//! # Paths
//!
//! Of the resources that match, one with an exact segment comes before one with a parameter, and that
//! before a greedy one; an HTTP API's `$default` is last. In a REST API the resource decides, and has the method or
//! not; in an HTTP API a route is method and path, so a less specific one may have the method. A request is looked up by its path as received and by every other reading of it
//! (decoded, without doubled slashes, without the one at the end): an operation with an authorizer prevails
//! over one without, so `/%61dmin`, `//admin` and `/admin/` are guarded like `/admin`. Where the readings
//! lead to different authorizers, the answer is 400. HEAD and OPTIONS are methods like others, but since servers answer
//! HEAD with GET's handler, HEAD is guarded as GET is where `ANY` or a less specific route would let it through.

#[doc = include_str!("../../docs/openapi.md")]
pub mod guide {}

mod agreement;
mod assembly;
mod authorizer_definition;
mod builder;
mod cloudformation;
mod definition;
mod document;
mod error;
mod file_location;
mod from_cloudformation;
mod guard_name;
mod known_api;
mod known_part;
mod layer;
mod marks;
mod model;
mod node;
mod notes;
mod operation;
mod other_scheme;
mod place;
mod report;
mod requirements;
mod routing;
mod scheme;
mod template;
mod text;
mod unknown;
mod write;

pub use self::{
    definition::ApiDefinition,
    error::DefinitionError,
    layer::{ApiAuthorizer, ApiAuthorizerLayer},
    model::{AuthorizerDefinition, AuthorizerType, Operation},
    report::{ApiReport, Guarding, ReportedOperation, ReportedScheme},
    routing::UnknownRoutes,
    template::Template,
};
