//! Paths and their methods.

use http::Method;

use super::{
    extensions::{ANY_METHOD, INTEGRATION, IS_DEFAULT_ROUTE},
    misplaced::{self, Level},
    security::scheme_names,
    unread,
};
use crate::{
    api::WholeApi,
    openapi::{
        error::DefinitionError,
        model::{Definition, IAM, Operation},
        node::Node,
        quoting::quoted,
        routing::PathTemplate,
    },
};

/// How any spelling of [`ANY_METHOD`] begins, reduced to letters in lower case.
const ANY_LETTERS: &str = "xamazonapigatewayany";

/// The members of a path, apart from methods.
const PATH_MEMBERS: [&str; 4] = ["summary", "description", "servers", "parameters"];

/// Adds all operations to the definition.
pub(super) fn read_operations(
    definition: &mut Definition,
    paths: &Node<'_>,
) -> Result<(), DefinitionError> {
    misplaced::check(paths, Level::Paths)?;
    for (path, item) in paths.members()? {
        if !path.starts_with("x-") {
            let read = read_path(definition, path, &item);
            definition.keep(read);
        }
    }
    Ok(())
}

fn read_path(
    definition: &mut Definition,
    path: &str,
    item: &Node<'_>,
) -> Result<(), DefinitionError> {
    let template = PathTemplate::parse_or_default(path).map_err(|problem| {
        let path = quoted(path);
        item.error(format!(
            "{path} is not a path of an API's resource: {problem}"
        ))
    })?;
    if template.is_default_route() {
        definition.known_api.note(WholeApi::http(), item)?;
    }
    misplaced::check(item, Level::Path)?;
    for (name, operation) in item.members()? {
        let read = read_member(definition, &template, name, &operation);
        let operation = definition.keep(read).flatten();
        definition.operations.extend(operation);
    }
    Ok(())
}

/// The operation in a path's member, if the member is one.
fn read_member(
    definition: &mut Definition,
    path: &PathTemplate,
    name: &str,
    operation: &Node<'_>,
) -> Result<Option<Operation>, DefinitionError> {
    let Some(method) = method(name, operation)? else {
        return Ok(None);
    };
    check_default_route(definition, path, method.as_ref(), operation)?;
    read_operation(definition, method, path.clone(), operation).map(Some)
}

/// The method of a path's member. `Some(None)`: any method. A name that may be meant as a method is an error, because
/// an operation that is not recognized is not guarded.
fn method(name: &str, member: &Node<'_>) -> Result<Option<Option<Method>>, DefinitionError> {
    Ok(Some(match name {
        "get" => Some(Method::GET),
        "put" => Some(Method::PUT),
        "post" => Some(Method::POST),
        "delete" => Some(Method::DELETE),
        "options" => Some(Method::OPTIONS),
        "head" => Some(Method::HEAD),
        "patch" => Some(Method::PATCH),
        "trace" => Some(Method::TRACE),
        ANY_METHOD => None,
        name if (name.starts_with("x-") && !resembles_any_method(name))
            || PATH_MEMBERS.contains(&name) =>
        {
            return Ok(None);
        }
        "$ref" => {
            return Err(
                member.error("references to paths are not followed; write the path out here")
            );
        }
        name => {
            let name = quoted(name);
            return Err(member.error(format!(
                "{name} is not a method; write methods in lower case, and `{ANY_METHOD}` for any method"
            )));
        }
    }))
}

fn resembles_any_method(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let first = letters.take(ANY_LETTERS.len());
    first
        .map(|letter| letter.to_ascii_lowercase())
        .eq(ANY_LETTERS.chars())
}

/// Checks that `/$default` is defined for any method, and that no other path is marked as the default route.
fn check_default_route(
    definition: &mut Definition,
    path: &PathTemplate,
    method: Option<&Method>,
    operation: &Node<'_>,
) -> Result<(), DefinitionError> {
    if path.is_default_route() && method.is_some() {
        return Err(operation.error(format!(
            "the default route accepts every method; write `{ANY_METHOD}`"
        )));
    }
    let Some(mark) = operation.member(IS_DEFAULT_ROUTE) else {
        return Ok(());
    };
    definition.known_api.note(WholeApi::http(), &mark)?;
    if mark.boolean()? == path.is_default_route() {
        Ok(())
    } else {
        Err(mark.error("`/$default` is the path of the default route, and of no other route"))
    }
}

fn read_operation(
    definition: &mut Definition,
    method: Option<Method>,
    path: PathTemplate,
    operation: &Node<'_>,
) -> Result<Operation, DefinitionError> {
    operation.object()?;
    misplaced::check(operation, Level::Operation)?;
    misplaced::check_member(operation, INTEGRATION, Level::Integration)?;
    unread::collect(definition, operation, Level::Operation);
    let integration = operation.written(INTEGRATION);
    let integration = integration.as_ref().map(Node::value);
    definition.note_preflight(method.as_ref(), integration);
    if let Some(reference) = operation.written("$ref") {
        return Err(reference
            .error("references to operations are not followed; write the operation out here"));
    }
    let mut security = None;
    let mut authorizer = None;
    if let Some(node) = operation.member("security") {
        let names = scheme_names(&node)?;
        let settled = definition.settle_document(&names);
        authorizer = settled.map_err(|problem| node.error(problem))?;
        security = Some(names);
    }
    Ok(Operation {
        method,
        path,
        security,
        has_iam: has_iam(definition, operation)?,
        has_integration: integration
            .is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty())),
        authorizer,
    })
}

/// Whether `x-amazon-apigateway-auth` requires IAM. It removes no scheme that `security` names, here or at the root.
fn has_iam(definition: &mut Definition, operation: &Node<'_>) -> Result<bool, DefinitionError> {
    let Some(auth) = operation.member("x-amazon-apigateway-auth") else {
        return Ok(false);
    };
    if auth.value().is_object() {
        auth.allow_members(&["type"])?;
    }
    let kind = auth.member("type").unwrap_or_else(|| auth.clone());
    match &*kind.text()?.to_ascii_uppercase() {
        "NONE" => Ok(false),
        IAM => {
            definition.add_iam();
            Ok(true)
        }
        _ => Err(kind.unexpected("`NONE` or `AWS_IAM`")),
    }
}
