//! The environment variables of a function.

use std::{env, ffi::OsString, path::PathBuf};

use tower_lambda_authorizer::openapi::FunctionDefinition;

use super::MEMORY_IN_MB;
use crate::functions::process::{interpreter::Interpreter, layers::Layers};

/// The variables by which Lambda lets a function find its layers.
pub(super) fn of_layers(
    layers: &Layers,
    interpreter: Option<Interpreter>,
    modules: &[PathBuf],
) -> Vec<(OsString, OsString)> {
    let is_node = interpreter == Some(Interpreter::Node) && !modules.is_empty();
    let variables = [
        ("PATH", layers.after("PATH", "bin")),
        ("LD_LIBRARY_PATH", layers.after("LD_LIBRARY_PATH", "lib")),
        (
            "NODE_PATH",
            env::join_paths(modules).ok().filter(|_| is_node),
        ),
    ];
    let known = variables.into_iter();
    known
        .filter_map(|(name, value)| Some((name.into(), value?)))
        .collect()
}

/// Our own variables that a function may need: to find programs, and to call AWS. Lambda's and the template's replace them.
pub(super) fn environment(
    function: &FunctionDefinition,
    of_layers: Vec<(OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    const OURS: [&str; 10] = [
        "PATH",
        "HOME",
        "LANG",
        "TMPDIR",
        "TZ",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "LD_LIBRARY_PATH",
    ];
    let is_inherited = |name: &OsString| {
        let name = name.to_string_lossy();
        OURS.contains(&&*name) || name.starts_with("AWS_")
    };
    let mut all: Vec<_> = env::vars_os()
        .filter(|(name, _)| is_inherited(name))
        .collect();
    let name = function.function_name().unwrap_or(function.logical_id());
    let memory = function.memory_size_in_mb().unwrap_or(MEMORY_IN_MB);
    all.extend(of_lambda(name, memory));
    all.extend(of_layers);
    // A value that only a deployment knows may be in our own environment.
    let of_template = function.environment().filter_map(|(name, value)| {
        let value = value.map(OsString::from).or_else(|| env::var_os(name))?;
        Some((OsString::from(name), value))
    });
    all.extend(of_template);
    all
}

/// The variables that Lambda sets for each function.
pub(super) fn of_lambda(name: &str, memory: u64) -> impl Iterator<Item = (OsString, OsString)> {
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(env::var_os);
    let region = region.unwrap_or_else(|| "us-east-1".into());
    let variables = [
        ("AWS_DEFAULT_REGION", region.clone()),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_local".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.to_string().into()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        (
            "AWS_LAMBDA_LOG_GROUP_NAME",
            format!("/aws/lambda/{name}").into(),
        ),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local".into()),
        ("AWS_REGION", region),
        // Output must not wait in a buffer.
        ("PYTHONUNBUFFERED", "1".into()),
        ("TZ", ":UTC".into()),
    ];
    let variables = variables.into_iter();
    variables.map(|(name, value): (&str, OsString)| (name.into(), value))
}
