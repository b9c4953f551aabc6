//! What differs for a function that runs here: told before it fails, or answers differently, for a reason that is hard to
//! find.

use std::{env, path::Path};

use tower_lambda_authorizer::openapi::{FunctionDefinition, FunctionLayer, LayerContent};

use super::process::{Interpreter, LocalFunction, module_folders};
use crate::{failure::in_one_line, output::note};

/// Tells what the function of a template lacks here.
pub(super) fn tell(
    file: &str,
    folder: &Path,
    definition: &FunctionDefinition,
    function: &LocalFunction,
) {
    tell_unknown(file, definition);
    tell_other_version(file, definition.logical_id(), function);
    tell_unused_layers(file, folder, definition);
}

/// What a template leaves open.
fn tell_unknown(file: &str, function: &FunctionDefinition) {
    let id = function.logical_id();
    let variables = function.environment();
    let open = variables.filter(|(name, value)| value.is_none() && env::var_os(name).is_none());
    let open: Vec<_> = open.map(|(name, _)| format!("`{name}`")).collect();
    if !open.is_empty() {
        let open = open.join(", ");
        note(
            file,
            &format!(
                "the function `{id}` runs without its environment variables {open}, because only a deployment knows their \
                 values; set them in the environment of this command, or a parameter that a value comes from with \
                 `--parameter NAME=VALUE`"
            ),
        );
    }
    if function
        .unknown()
        .iter()
        .any(|property| property == "Timeout")
    {
        note(
            file,
            &format!(
                "the function `{id}` may run for 3 seconds, because its `Timeout` is not a number of seconds; correct it, or \
                 set the parameter that it needs with `--parameter NAME=VALUE`"
            ),
        );
    }
}

/// A version that a deployment would not have.
fn tell_other_version(file: &str, logical_id: &str, function: &LocalFunction) {
    if let Some((instead, why)) = function.other_version() {
        note(
            file,
            &in_one_line(format_args!(
                "the function `{logical_id}` runs on {instead}, {why}; install that version if the difference matters"
            )),
        );
    }
}

/// Layers that the function lacks here.
fn tell_unused_layers(file: &str, folder: &Path, function: &FunctionDefinition) {
    let runtime = function.runtime().unwrap_or_default();
    if function.unknown().iter().any(|it| it == "Layers") {
        note(
            file,
            &in_one_line(format_args!(
                "the function `{}` runs without some of its layers, because its `Layers` is not a list; set the parameter that it \
                 needs with `--parameter NAME=VALUE`",
                function.logical_id()
            )),
        );
    }
    for layer in function.layers() {
        if let Some(why) = why_unused(folder, layer, runtime) {
            note(
                file,
                &in_one_line(format_args!(
                    "the function `{}` runs without its layer `{}`, because {why}",
                    function.logical_id(),
                    layer.name()
                )),
            );
        }
    }
}

fn why_unused(folder: &Path, layer: &FunctionLayer, runtime: &str) -> Option<String> {
    let path = match layer.content() {
        LayerContent::Local(path) => folder.join(path),
        LayerContent::Elsewhere(why) => {
            return Some(format!(
                "{why}; unpack its content into a folder, and name that in the `ContentUri` of an \
                 `AWS::Serverless::LayerVersion`"
            ));
        }
        _ => return None,
    };
    let shown = path.display();
    if path.is_file() {
        return Some(format!(
            "its content is the file `{shown}`; unpack it, and name the folder"
        ));
    }
    if !path.is_dir() {
        return Some(format!(
            "there is no folder `{shown}`; check the path, or build the layer first (SAM: `sam build`, and pass \
             `.aws-sam/build/template.yaml`)"
        ));
    }
    let modules = Interpreter::of(runtime).map(|interpreter| module_folders(interpreter, runtime));
    let places = modules.iter().flatten().map(String::as_str);
    let places: Vec<_> = places.chain(["bin", "lib"]).collect();
    if places.iter().any(|place| path.join(place).is_dir()) {
        return None;
    }
    Some(format!(
        "`{shown}` has none of the folders that `{runtime}` searches ({}); build the layer first",
        places.join(", ")
    ))
}
