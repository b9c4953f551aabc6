//! How to start a function of a template.

mod environment;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use tower_lambda_authorizer::openapi::{FunctionCode, FunctionDefinition};

use self::environment::{environment, of_lambda, of_layers};
use super::{
    in_file::InFile,
    interpreter::{Found, Interpreter},
    layers::Layers,
    sources::Sources,
};

/// Lambda's defaults.
const TIMEOUT_IN_SECONDS: u64 = 3;
const MEMORY_IN_MB: u64 = 128;

/// How long a function may take that no template describes: as long as an HTTP API waits.
const TIMEOUT_WITHOUT_TEMPLATE: Duration = Duration::from_secs(10);

/// What to run, where, and with which limits.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The logical id.
    pub(super) name: String,
    pub(super) code: Code,
    /// As the template names it.
    pub(super) template_runtime: Option<String>,
    pub(super) runtime: Runtime,
    pub(super) handler: String,
    pub(super) timeout: Duration,
    pub(super) layers: Layers,
    /// Where the layers have modules for the interpreter.
    pub(super) modules: Vec<PathBuf>,
    /// Lambda's variables and the template's.
    pub(super) environment: Vec<(OsString, OsString)>,
}

#[derive(Debug, Clone)]
pub(super) enum Code {
    /// A folder, or the program itself.
    Path(PathBuf),
    /// The source, which becomes a file.
    Inline { file: &'static str, source: String },
}

#[derive(Debug, Clone)]
pub(super) enum Runtime {
    /// A program that runs one of our shims.
    Interpreted(Interpreter, Found),
    /// A program that speaks the Runtime API itself.
    Bootstrap,
}

impl Plan {
    /// `Err` says what is missing, and what to do.
    pub(super) fn new(folder: &Path, function: &FunctionDefinition) -> Result<Self, String> {
        if let FunctionCode::Elsewhere(what) = function.code() {
            return Err(format!(
                "its code is not on this machine: {what}; name a folder in its `CodeUri`"
            ));
        }
        let runtime = function.runtime();
        let runtime = runtime.ok_or_else(|| missing(function, "Runtime"))?;
        let interpreter = Interpreter::of(runtime);
        let code = Code::of(folder, function.code(), interpreter).ok_or_else(|| {
            format!(
                "inline code cannot be run as `{runtime}`; choose a runtime of Node.js or Python"
            )
        })?;
        let handler = function.handler();
        let layers = Layers::of(folder, function);
        let modules = interpreter.map(|interpreter| layers.modules(interpreter, runtime));
        let modules = modules.unwrap_or_default();
        Ok(Self {
            name: function.logical_id().to_owned(),
            code,
            template_runtime: Some(runtime.to_owned()),
            handler: match interpreter {
                Some(_) => handler
                    .ok_or_else(|| missing(function, "Handler"))?
                    .to_owned(),
                None => handler.unwrap_or("bootstrap").to_owned(),
            },
            runtime: match interpreter {
                Some(interpreter) => Runtime::Interpreted(interpreter, interpreter.find(runtime)?),
                None => Runtime::Bootstrap,
            },
            timeout: Duration::from_secs(
                function.timeout_in_seconds().unwrap_or(TIMEOUT_IN_SECONDS),
            ),
            environment: environment(function, of_layers(&layers, interpreter, &modules)),
            layers,
            modules,
        })
    }

    /// The plan for a function that no template describes. It gets all our variables, since none are named.
    pub(super) fn in_file(name: &str, named: &InFile) -> Result<Self, String> {
        let runtime = match named.interpreter {
            Interpreter::Node => "nodejs",
            Interpreter::Python => "python3",
        };
        let found = named.interpreter.find(runtime)?;
        Ok(Self {
            name: name.to_owned(),
            code: Code::Path(named.folder.clone()),
            template_runtime: None,
            runtime: Runtime::Interpreted(named.interpreter, found),
            handler: named.handler.clone(),
            timeout: TIMEOUT_WITHOUT_TEMPLATE,
            layers: Layers::default(),
            modules: Vec::new(),
            environment: env::vars_os()
                .chain(of_lambda(name, MEMORY_IN_MB))
                .collect(),
        })
    }

    /// The version that runs it instead of the template's.
    pub(super) fn instead(&self) -> Option<&str> {
        match &self.runtime {
            Runtime::Interpreted(_, found) => found.instead.as_deref(),
            Runtime::Bootstrap => None,
        }
    }

    pub(super) fn sources(&self) -> Sources {
        let code = match &self.code {
            Code::Path(path) => Some(path.clone()),
            Code::Inline { .. } => None,
        };
        Sources {
            code,
            layers: self.layers.folders().to_owned(),
        }
    }

    /// `Node.js, ./authorizer/index.handler`
    pub(super) fn describe(&self) -> String {
        let program = match &self.runtime {
            Runtime::Interpreted(interpreter, _) => interpreter.title(),
            Runtime::Bootstrap => "bootstrap",
        };
        match (&self.code, &self.runtime) {
            (Code::Path(path), Runtime::Bootstrap) => format!("{program}, {}", path.display()),
            (Code::Path(path), _) => format!("{program}, {}", path.join(&self.handler).display()),
            (Code::Inline { .. }, _) => format!("{program}, {} in the template", self.handler),
        }
    }
}

impl Code {
    /// `None` if it is not on this machine, or is inline and needs no interpreter.
    fn of(folder: &Path, code: &FunctionCode, interpreter: Option<Interpreter>) -> Option<Self> {
        match (code, interpreter) {
            (FunctionCode::Local(path), _) => Some(Self::Path(folder.join(path))),
            (FunctionCode::Inline(source), Some(interpreter)) => Some(Self::Inline {
                file: interpreter.inline_file(),
                source: source.clone(),
            }),
            _ => None,
        }
    }
}

/// Why a function has no such property.
fn missing(function: &FunctionDefinition, property: &str) -> String {
    if function.unknown().iter().any(|it| it == property) {
        format!(
            "its `{property}` is not known; set the template's parameters with `--parameter NAME=VALUE`"
        )
    } else {
        format!("it has no `{property}`; write it into the template")
    }
}
