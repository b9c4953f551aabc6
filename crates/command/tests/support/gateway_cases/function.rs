//! The function of a case: behind a stub of the Invoke API, or in a process that the command starts.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command, sync::LazyLock};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    Reason,
    answers::Script,
    case::Case,
    documents::{Document, document, template},
    stub::Stub,
};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Stub,
    /// In a process, from a template.
    Process(Language),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Language {
    Node,
    Python,
}

/// The files and the arguments for a case.
pub(super) enum Prepared {
    Stub(Stub),
    Process {
        /// The function adds a line for each event.
        events: PathBuf,
        /// Whether one authorizer guards every path.
        for_every_path: bool,
    },
}

impl Prepared {
    pub(super) fn new(place: Place, case: &Case, folder: &TempDir) -> Result<Self, Reason> {
        let (document, script) = (document(case)?, Script::of(case));
        match place {
            Place::Stub => {
                write(folder, "document.json", &document.into_json());
                Ok(Self::Stub(Stub::start(script)))
            }
            Place::Process(language) => process(language, document, &script, folder),
        }
    }

    pub(super) fn document(&self) -> &'static str {
        "document.json"
    }

    pub(super) fn arguments(&self) -> Vec<String> {
        match self {
            Self::Stub(stub) => vec!["--function".into(), format!("http://{}", stub.address)],
            Self::Process {
                for_every_path: true,
                ..
            } => vec!["--authorizer".into(), "Gate".into()],
            Self::Process { .. } => Vec::new(),
        }
    }

    /// The value of `PATH` for the command.
    pub(super) fn path(&self) -> OsString {
        match self {
            Self::Stub(_) => env::var_os("PATH").unwrap_or_default(),
            Self::Process { .. } => PATH.clone(),
        }
    }

    /// What the function has received so far.
    pub(super) fn events(&self) -> Vec<Value> {
        match self {
            Self::Stub(stub) => stub.events(),
            Self::Process { events, .. } => {
                let text = fs::read_to_string(events).unwrap_or_default();
                let lines = text.lines();
                lines
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect()
            }
        }
    }
}

/// The value of `PATH` with the folder of Python itself in front. Otherwise the command may find a script that looks for Python
/// at each start, such as those of pyenv, which takes longer than everything else.
static PATH: LazyLock<OsString> = LazyLock::new(|| {
    let mut python = Command::new("python3");
    let printed = python
        .args(["-c", "import sys; print(sys.executable)"])
        .output();
    let printed = printed.map(|it| it.stdout).unwrap_or_default();
    let python = PathBuf::from(String::from_utf8(printed).unwrap().trim());
    let earlier = env::var_os("PATH").unwrap_or_default();
    let folders = python.parent().map(PathBuf::from).into_iter();
    env::join_paths(folders.chain(env::split_paths(&earlier))).unwrap()
});

/// Writes a template with the function in a folder of its own, so that its events do not change its code.
fn process(
    language: Language,
    document: Document,
    script: &Script,
    folder: &TempDir,
) -> Result<Prepared, Reason> {
    if !script.is_json() {
        return Err("the shims of Node.js and Python write JSON, whatever a function returns");
    }
    let for_every_path = matches!(document, Document::Authorizer(..));
    // No version is named, so the one that is installed is never another one.
    let (runtime, file, source) = match language {
        Language::Node => ("nodejs", "index.js", include_str!("function.js")),
        Language::Python => ("python3", "index.py", include_str!("function.py")),
    };
    let function = json!({"Type": "AWS::Lambda::Function", "Properties": {
        "Runtime": runtime, "Handler": "index.handler", "Code": "function", "Timeout": script.timeout(),
    }});
    write(folder, "document.json", &template(document, &function)?);
    fs::create_dir(folder.path().join("function")).unwrap();
    fs::write(folder.path().join("function").join(file), source).unwrap();
    write(folder, "function/script.json", &json!(script));
    Ok(Prepared::Process {
        events: folder.path().join("events"),
        for_every_path,
    })
}

fn write(folder: &TempDir, file: &str, content: &Value) {
    fs::write(folder.path().join(file), content.to_string()).unwrap();
}
