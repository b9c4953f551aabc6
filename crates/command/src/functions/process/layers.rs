//! The layers of a function that are folders on this machine.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use tower_lambda_authorizer::openapi::{FunctionDefinition, LayerContent};

use super::interpreter::Interpreter;

/// In the order in which they are searched. Lambda unpacks them into one folder, so that files of later layers replace
/// those of earlier ones: later layers are searched first.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers(Vec<PathBuf>);

impl Layers {
    pub(super) fn of(folder: &Path, function: &FunctionDefinition) -> Self {
        let layers = function.layers().iter().rev();
        let local = layers.filter_map(|layer| match layer.content() {
            LayerContent::Local(path) => Some(folder.join(path)),
            _ => None,
        });
        Self(local.collect())
    }

    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.0
    }

    /// Where modules of the language are looked for, the first place first. Of `nodejs20.x`: those of Node.js 20, then
    /// those of each version.
    pub(super) fn modules(&self, interpreter: Interpreter, runtime: &str) -> Vec<PathBuf> {
        let places = module_folders(interpreter, runtime);
        let in_each = |place: &String| self.each(place);
        places.iter().flat_map(in_each).collect()
    }

    /// A variable with folders that are searched, followed by one of each layer.
    pub(super) fn after(&self, variable: &str, folder: &str) -> Option<OsString> {
        if self.0.is_empty() {
            return None;
        }
        let before = env::var_os(variable).unwrap_or_default();
        // An empty entry would be the current folder.
        let before = env::split_paths(&before).filter(|path| !path.as_os_str().is_empty());
        env::join_paths(before.chain(self.each(folder))).ok()
    }

    /// This folder in each layer. Programs have to find it even if their own folder is another one.
    fn each(&self, place: &str) -> Vec<PathBuf> {
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let folders = self.0.iter().map(|layer| layer.join(place));
        folders.map(absolute).collect()
    }
}

/// The folders of a layer in which a language looks for modules.
pub(crate) fn module_folders(interpreter: Interpreter, runtime: &str) -> [String; 2] {
    match interpreter {
        Interpreter::Node => {
            let version = runtime.trim_start_matches("nodejs").trim_end_matches(".x");
            [
                format!("nodejs/node{version}/node_modules"),
                "nodejs/node_modules".to_owned(),
            ]
        }
        Interpreter::Python => [
            format!("python/lib/{runtime}/site-packages"),
            "python".to_owned(),
        ],
    }
}
