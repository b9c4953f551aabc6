//! One process of a function, which handles one event at a time.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use bytes::Bytes;
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::timeout,
};
use tower_lambda_authorizer::lambda::Invoked;

use super::{
    failure::failure,
    interpreter::Interpreter,
    output,
    plan::{Code, Plan, Runtime},
    runtime_api::{Paths, RuntimeApi},
    stamp::Stamp,
};

/// Lambda's limit for the time until a function asks for its first event.
const MAX_START: Duration = Duration::from_secs(10);

/// A process. It is killed on drop, with the processes that it has started.
pub(super) struct Sandbox {
    child: Child,
    api: RuntimeApi,
    /// The stamp of the files when it was started.
    pub(super) stamp: Stamp,
    has_served: bool,
    /// The shim and inline code.
    _files: TempDir,
}

/// How an invocation ended.
pub(super) enum Ended {
    /// The process is ready for another event.
    Served(Invoked),
    /// The process is not used again.
    Over(Invoked),
    /// A process that had served others was gone before it got the event.
    NotDelivered,
}

impl Sandbox {
    /// `Err` says what is missing, and what to do.
    pub(super) async fn start(plan: &Plan, stamp: Stamp) -> Result<Self, String> {
        let files = tempfile::tempdir().map_err(|error| unexpected(&error))?;
        let root = root(plan, files.path())?;
        let paths = match plan.runtime {
            Runtime::Interpreted(..) => Paths::Secret,
            _ => Paths::OfLambda,
        };
        let api = RuntimeApi::open(&plan.name, paths)
            .await
            .map_err(|error| unexpected(&error))?;
        let mut command = program(plan, files.path())?;
        command
            .env_clear()
            .envs(plan.environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.endpoint())
            .env("LAMBDA_TASK_ROOT", &root)
            .env("_HANDLER", &plan.handler)
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = spawn(command)?;
        output::show(&plan.name, child.stdout.take());
        output::show(&plan.name, child.stderr.take());
        Ok(Self {
            child,
            api,
            stamp,
            has_served: false,
            _files: files,
        })
    }

    /// Waits until the process asks for its first event, or cannot.
    pub(super) async fn warm(&mut self) {
        let started = async {
            tokio::select! {
                _ = self.api.ready() => {}
                _ = self.child.wait() => {}
            }
        };
        let _ = timeout(MAX_START, started).await;
    }

    pub(super) async fn invoke(&mut self, event: Bytes, limit: Duration) -> Ended {
        let ready = tokio::select! {
            biased;
            ready = self.api.ready() => ready,
            status = self.child.wait() => return self.exited(status, false),
            () = tokio::time::sleep(MAX_START) => {
                let problem = "the function did not ask for an event within 10 seconds after its start";
                return Ended::Over(failure("Sandbox.Timedout", problem));
            }
        };
        if let Err(why) = ready {
            return Ended::Over(Invoked::Failed(why));
        }
        let answer = self.api.offer(event, limit);
        tokio::select! {
            biased;
            ended = answer => match ended {
                Ok(invoked) => {
                    self.has_served = true;
                    Ended::Served(invoked)
                }
                Err(_) => Ended::Over(failure("Runtime.Unknown", "the function gave no answer")),
            },
            status = self.child.wait() => self.exited(status, !self.api.still_offers()),
            () = tokio::time::sleep(limit) => {
                let problem = format!("Task timed out after {:.2} seconds", limit.as_secs_f64());
                Ended::Over(failure("Sandbox.Timedout", &problem))
            }
        }
    }

    /// A process may leave after an answer, before it asks for the next event.
    fn exited(&self, status: io::Result<ExitStatus>, has_event: bool) -> Ended {
        if self.has_served && !has_event {
            return Ended::NotDelivered;
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let problem =
            format!("the process of the function ended before it answered, with {status}");
        Ended::Over(failure("Runtime.ExitError", &problem))
    }
}

#[cfg(unix)]
impl Drop for Sandbox {
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        // The id is unknown once the process was waited for; what it has started may still run then.
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn spawn(mut command: Command) -> Result<Child, String> {
    command.spawn().map_err(|error| {
        let program = command.as_std().get_program().to_string_lossy();
        format!("the program `{program}` cannot be started: {error}; check that it is executable")
    })
}

/// The folder of the code. Inline code is written to a file.
fn root(plan: &Plan, files: &Path) -> Result<PathBuf, String> {
    let path = match &plan.code {
        Code::Inline { file, source } => {
            fs::write(files.join(file), source).map_err(|error| unexpected(&error))?;
            return Ok(files.to_owned());
        }
        Code::Path(path) => path,
    };
    let absolute = path.canonicalize().map_err(|_| {
        format!(
            "there is no folder `{}` with its code; check the path, or build the function first (SAM: `sam build`, and pass \
             `.aws-sam/build/template.yaml`)",
            path.display()
        )
    })?;
    match (absolute.is_dir(), &plan.runtime, absolute.parent()) {
        (true, ..) => Ok(absolute),
        (false, Runtime::Bootstrap, Some(folder)) => Ok(folder.to_owned()),
        _ => Err(format!(
            "its `CodeUri` is the file `{}`; name a folder with the function's files",
            path.display()
        )),
    }
}

/// What runs the function: an interpreter with this crate's shim, which it writes to a folder, or its own program.
fn program(plan: &Plan, files: &Path) -> Result<Command, String> {
    let (interpreter, found) = match &plan.runtime {
        Runtime::Interpreted(interpreter, found) => (interpreter, found),
        Runtime::Bootstrap => return Ok(Command::new(bootstrap(plan)?)),
    };
    let (name, source) = interpreter.shim();
    let shim = files.join(name);
    fs::write(&shim, source).map_err(|error| unexpected(&error))?;
    let mut command = Command::new(&found.program);
    command.arg(shim);
    // On Lambda, too, `PYTHONPATH` does not name the layers, and a template may set it.
    if *interpreter == Interpreter::Python {
        command.args(&plan.modules);
    }
    Ok(command)
}

/// The function's own program.
fn bootstrap(plan: &Plan) -> Result<PathBuf, String> {
    let Code::Path(path) = &plan.code else {
        return Err("inline code has no program".to_owned());
    };
    let candidates = [
        path.join("bootstrap"),
        path.join(&plan.handler),
        path.clone(),
    ];
    let found = candidates.into_iter().find(|file| file.is_file());
    let found = found.and_then(|file| file.canonicalize().ok());
    found.ok_or_else(|| {
        format!(
            "there is no program `bootstrap` in `{}`, and only functions in Node.js and Python run without one; build the \
             function, or say who answers with `--function {}=URL`",
            path.display(),
            plan.name
        )
    })
}

fn unexpected(error: &io::Error) -> String {
    format!("the process cannot be prepared: {error}")
}
