//! Guards a whole API as the document that describes it to API Gateway says.
//!
//! [`ApiDefinition`] reads an OpenAPI export (OpenAPI 3.0 or Swagger 2.0, JSON or YAML) or a CloudFormation or SAM
//! template, and builds one layer that asks the right authorizer for each operation. The API may be a REST API or an
//! HTTP API.
//!
//! # What is read
//!
//! | OpenAPI | |
//! |---|---|
//! | `components.securitySchemes` or `securityDefinitions` with `x-amazon-apigateway-authorizer` | Lambda authorizers of the types `token` and `request`; for an HTTP API with `authorizerPayloadFormatVersion` and `enableSimpleResponses` |
//! | other schemes (API keys, Cognito, JWT, `awsSigv4`, OAuth 2), and names that are not defined | an error if an operation uses one, until [`leave_unchecked`](ApiDefinition::leave_unchecked) says that something else checks it |
//! | an operation's `security` | its authorizer. An operation with `security: []`, or without `security` here and at the root, is **let through** |
//! | root-level `security` | guards the operations that have no `security` of their own, as recorded imports do (AWS's documentation says that REST imports ignore it) |
//! | paths with `{id}` and `{proxy+}`, `x-amazon-apigateway-any-method`, `/$default` | routing, with API Gateway's precedence |
//! | `x-amazon-apigateway-cors` | **nothing** but a [note](ApiDefinition::notes): preflights are requests like others, unless a layer around this one answers them |
//! | `basePath`, `servers` | nothing: the stage is not part of a resource's path |
//! | `x-amazon-apigateway-gateway-responses` | the layer's [gateway responses](crate::gateway_responses::GatewayResponses), which also apply to unknown routes |
//!
//! | CloudFormation | |
//! |---|---|
//! | `AWS::Serverless::Api`: `Auth`, `Cors`, `GatewayResponses`, `DefinitionBody`; `Globals.Api` | as SAM translates them |
//! | `AWS::Serverless::Function`, `StateMachine`: events of the type `Api` | operations and their authorizers. In a `DefinitionBody` they change nothing, unless `MergeDefinitions` or `OverrideApiAuth` is set |
//! | `AWS::Serverless::Function`, `AWS::Lambda::Function`: handler, runtime, code, layers, environment, limits; `Globals.Function` | the [functions](FunctionDefinition) of authorizers, for tools that run them; unknown values are not an error |
//! | `AWS::ApiGateway::RestApi` with a `Body`, `Authorizer`, `GatewayResponse`, `Resource`, `Method` | the same |
//! | `AWS::Serverless::HttpApi`: `Auth`, `DefinitionBody`; `Globals.HttpApi`; events of the type `HttpApi` | an HTTP API, as SAM translates it |
//! | `AWS::ApiGatewayV2::Api` of the protocol `HTTP` with a `Body` or a `Target`, `Authorizer`, `Route`, `ApiGatewayManagedOverrides` | the same |
//! | `CorsConfiguration` | a note, as above |
//! | SAM's `Cors` of a REST API | the OPTIONS operations that SAM adds, and a note: nothing but the service answers them here |
//! | nested stacks, modules and custom resources that receive the API's id; firewalls; domains with mutual TLS | a [note](ApiDefinition::notes) |
//! | `Transform` with other macros than SAM's and the language extensions, `CloneFrom`, base paths that API Gateway prepends | an error |
//!
//! Tests compare the operations of SAM templates with the output of SAM's own translator. SAM decides some things
//! before CloudFormation evaluates conditions (events of functions whose condition is false, flags that are functions).
//! The reader decides these as SAM does, or returns an error.
//!
//! Parameters, conditions, intrinsic functions and included files are evaluated first, as far as they are known.
//! [`Template`] takes their values and contents, and lists what it evaluates. A function with an unknown value (the ARN
//! of a Lambda function) is an error only if it decides who may call what. If an object has a member twice, AWS uses
//! the last one; here this is an error in the parts that are read, and it is ignored in other parts.
//!
//! [`ApiDefinition::report`] shows the whole API, so that you can check it before you rely on it. [`guide`] shows the
//! steps from a SAM template, a CDK app and an OpenAPI export to a guarded service.
//!
//! # Which type of API
//!
//! The document's own features tell the type of API. Only an HTTP API has a payload format, simple responses,
//! `$request.…` sources, JWT authorizers, `/$default`, `x-amazon-apigateway-cors`, or
//! `x-amazon-apigateway-importexport-version` (which each of its exports has). Only a REST API has TOKEN and Cognito
//! authorizers, `method.request.…` sources, gateway responses, or a resource policy. A document with features of both
//! is an error. A document without such features is a REST API's, unless you call
//! [`for_api_type`](ApiDefinition::for_api_type).
//!
//! # Paths
//!
//! If several resources match, an exact segment takes precedence over a parameter, and a parameter over a greedy
//! parameter; an HTTP API's `$default` is last. In a REST API the path alone selects the resource, and a resource
//! without the method refuses the request. In an HTTP API a route is a method and a path, so a less specific route may
//! have the method.
//!
//! The layer looks up a request by its path as received and by every other reading of the path: decoded, without empty
//! segments, without the slash at the end. An operation with an authorizer prevails over one without, so `/%61dmin`,
//! `//admin` and `/admin/` are guarded like `/admin`. If the readings lead to different authorizers, the answer is 400.
//! HEAD and OPTIONS are methods like others. But servers answer HEAD with the handler for GET. So if `ANY` or a less
//! specific route would let HEAD through, it is guarded like GET.

#[doc = include_str!("links.md")]
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
mod explain;
mod file_location;
mod from_cloudformation;
mod function_definition;
mod function_layer;
mod function_target;
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
mod quoting;
mod report;
mod requirements;
mod routing;
mod scheme;
mod service;
mod template;
mod text;
mod unknown;
mod write;

pub use self::{
    definition::ApiDefinition,
    error::DefinitionError,
    function_definition::{FunctionCode, FunctionDefinition},
    function_layer::{FunctionLayer, LayerContent},
    layer::ApiAuthorizerLayer,
    model::{AuthorizerDefinition, AuthorizerType, Operation},
    report::{ApiReport, Guarding, ReportedOperation, ReportedScheme},
    routing::UnknownRoutes,
    service::ApiAuthorizer,
    template::Template,
};
