//! Layers that a function lacks here.

use std::path::Path;

use tower_lambda_authorizer::openapi::{FunctionDefinition, FunctionLayer, LayerContent};

use super::process::{Interpreter, module_folders};
use crate::{failure::in_one_line, output::note};

/// Tells it before a function fails because a module is not found.
pub(super) fn tell(file: &str, folder: &Path, function: &FunctionDefinition) {
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
