//! How to start a function of a template.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use tower_lambda_authorizer::openapi::{FunctionCode, FunctionDefinition};

use super::{
    interpreter::{Found, Interpreter},
    layers::Layers,
    sources::Sources,
};
use crate::functions::in_file::InFile;

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
        let name = function.logical_id();
        let unknown = |property: &str| {
            let is_open = function.unknown().iter().any(|it| it == property);
            match is_open {
                true => format!(
                    "its `{property}` is not known; set the template's parameters with `--parameter NAME=VALUE`"
                ),
                false => format!("it has no `{property}`; write it into the template"),
            }
        };
        if let FunctionCode::Elsewhere(what) = function.code() {
            return Err(format!(
                "its code is not on this machine: {what}; name a folder in its `CodeUri`"
            ));
        }
        let runtime = function.runtime().ok_or_else(|| unknown("Runtime"))?;
        let interpreter = Interpreter::of(runtime);
        let code = match (function.code(), interpreter) {
            (FunctionCode::Local(path), _) => Code::Path(folder.join(path)),
            (FunctionCode::Inline(source), Some(interpreter)) => Code::Inline {
                file: interpreter.inline_file(),
                source: source.clone(),
            },
            _ => {
                return Err(format!(
                    "inline code cannot be run as `{runtime}`; choose a runtime of Node.js or Python"
                ));
            }
        };
        let handler = function.handler();
        let layers = Layers::of(folder, function);
        let modules = interpreter.map(|interpreter| layers.modules(interpreter, runtime));
        let modules = modules.unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            code,
            template_runtime: Some(runtime.to_owned()),
            handler: match interpreter {
                Some(_) => handler.ok_or_else(|| unknown("Handler"))?.to_owned(),
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

/// The variables by which Lambda lets a function find its layers.
fn of_layers(
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
fn environment(
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
fn of_lambda(name: &str, memory: u64) -> impl Iterator<Item = (OsString, OsString)> {
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
