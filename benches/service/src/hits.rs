//! This crate with results that it has kept.

use tower_lambda_authorizer::{
    Authorizer, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    policy::{Effect, PolicyDocument, Statement},
};
use tower_layer::Layer;

use crate::{
    protected::{Forgetful, Protected},
    requests::Requests,
    subject::Subject,
};

/// A caller with a context, and a policy of so many statements, of which the last one allows what is asked.
pub(crate) fn response(statements: usize) -> AuthorizerResponse {
    let allow = |resource: String| {
        let arn = "arn:aws:execute-api:us-east-1:000000000000:placeholder/local";
        Statement::invoke(Effect::Allow, [format!("{arn}/GET/{resource}")])
    };
    let others = (1..statements).map(|number| allow(format!("things-{number}/*")));
    let statements: Vec<_> = others.chain([allow("pets/*".to_owned())]).collect();
    AuthorizerResponse::policy(PolicyDocument::new(statements))
        .with_principal_id("user-1")
        .with_context("tenant", "acme")
}

/// Says always the same.
pub(crate) fn layer(statements: usize) -> LambdaAuthorizerLayer<impl Authorizer> {
    let response = response(statements);
    let authorizer = authorizer_fn(move |_| {
        let response = response.clone();
        async move { Ok(response) }
    });
    // Its timer is another contestant's business: `allow, nothing cached`.
    LambdaAuthorizerLayer::token(authorizer).no_authorizer_timeout()
}

pub(crate) fn one_statement(requests: Requests) -> Subject {
    Subject::new(layer(1).layer(Protected), requests)
}

pub(crate) fn ten_statements(requests: Requests) -> Subject {
    Subject::new(layer(10).layer(Protected), requests)
}

pub(crate) fn a_thousand_statements(requests: Requests) -> Subject {
    Subject::new(layer(1000).layer(Protected), requests)
}

/// Nothing is in the request's extensions yet.
pub(crate) fn fresh_extensions(requests: Requests) -> Subject {
    Subject::new(layer(1).layer(Forgetful), requests)
}
