//! A SAM app in a folder of its own, with one authorizer, and the command that explains requests to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::skipped::skipped;

/// Whether Node.js or Python is missing. Then says what is skipped.
pub(crate) fn is_skipped(what: &str) -> bool {
    let missing = ["node", "python3"].into_iter().find(|program| {
        let mut command = Command::new(program);
        command.arg("--version").stdout(Stdio::null());
        command.status().is_err()
    });
    if let Some(program) = missing {
        skipped(&format!("{what}, because `{program}` is not installed"));
    }
    missing.is_some()
}

/// Allows everything.
pub(crate) const ALLOW: &str = r#"{"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}}"#;

/// How often the command runs again because the machine was too busy.
const MOST_ROUNDS: usize = 10;

/// Whether a function was stopped by one of the two limits that these tests cannot set: Lambda's for its start, and the one
/// of a function that no template describes. On a busy machine, any function may need longer.
fn was_too_slow(printed: &str) -> bool {
    let limits = [
        "did not ask for an event within 10 seconds",
        "Task timed out after 10.00 seconds",
    ];
    limits.into_iter().any(|limit| printed.contains(limit))
}

pub(crate) struct App {
    folder: TempDir,
}

/// What the command printed.
pub(crate) struct Explained {
    pub(crate) code: i32,
    /// The first line of each explanation.
    pub(crate) verdicts: Vec<String>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl App {
    /// `properties` are those of the authorizer's function, in one line. Its results are not cached. Unless a test needs
    /// another timeout, the function has a minute: on a busy machine, the usual three seconds can be too short for any
    /// function.
    pub(crate) fn new(properties: &str) -> Self {
        Self::named("gate", 0, properties)
    }

    /// The same for an authorizer with this name, whose results are cached for as many seconds.
    pub(crate) fn named(authorizer: &str, seconds: u32, properties: &str) -> Self {
        let app = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let timeout = if properties.contains("Timeout: ") {
            ""
        } else {
            ", Timeout: 60"
        };
        let template = format!(
            r#"Transform: AWS::Serverless-2016-10-31
Resources:
  Shop:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        DefaultAuthorizer: "{authorizer}"
        Authorizers: {{"{authorizer}": {{FunctionArn: !GetAtt Gate.Arn, Identity: {{ReauthorizeEvery: {seconds}}}}}}}
  Gate:
    Type: AWS::Serverless::Function
    Properties: {{{properties}{timeout}}}
  Back:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: ''
      Events:
        All: {{Type: Api, Properties: {{RestApiId: !Ref Shop, Path: /, Method: get}}}}
"#
        );
        app.write("template.yaml", &template);
        app
    }

    /// A function in Node.js, with this as `index.js`.
    pub(crate) fn node(source: &str) -> Self {
        Self::node_with("", source)
    }

    pub(crate) fn node_with(properties: &str, source: &str) -> Self {
        let app = Self::new(&format!(
            "Runtime: nodejs20.x, Handler: index.handler, CodeUri: gate{properties}"
        ));
        let source = format!("const ALLOW = {ALLOW};\n{source}");
        app.with("gate/index.js", &source)
    }

    /// A function in Python, with this as `app.py`.
    pub(crate) fn python(source: &str) -> Self {
        let app = Self::new("Runtime: python3.12, Handler: app.handler, CodeUri: gate");
        let source = format!("ALLOW = {ALLOW}\n{source}");
        app.with("gate/app.py", &source)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.file(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The same app with this file.
    pub(crate) fn with(self, file: &str, text: &str) -> Self {
        self.write(file, text);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Explains one request for each token.
    pub(crate) fn explain(&self, tokens: &[&str]) -> Explained {
        self.explain_with(tokens, &[], &[])
    }

    pub(crate) fn explain_with(
        &self,
        tokens: &[&str],
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Explained {
        let requests: Vec<_> = tokens
            .iter()
            .map(|token| format!("GET /\nAuthorization: {token}\n"))
            .collect();
        self.write("requests.http", &requests.join("###\n"));
        let explained = || self.run(options, variables);
        (0..MOST_ROUNDS)
            .map(|_| explained())
            .find(|it| !was_too_slow(&it.output))
            .unwrap_or_else(explained)
    }

    fn run(&self, options: &[&str], variables: &[(&str, &str)]) -> Explained {
        let output = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
            .args(["explain", "template.yaml", "requests.http"])
            .args(options)
            .envs(variables.iter().copied())
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = without_versions(&String::from_utf8(output.stdout).unwrap());
        let verdicts = printed.lines().filter(|line| !line.starts_with(' '));
        Explained {
            code: output.status.code().unwrap(),
            verdicts: verdicts.map(str::to_owned).collect(),
            output: printed,
            errors: without_versions(&String::from_utf8(output.stderr).unwrap()),
        }
    }
}

/// The runtimes of these tests. They need not be installed.
const USUAL: [&str; 3] = ["python3.12", "nodejs20.x", "nodejs22.x"];

/// Leaves out that another version of a usual runtime is installed.
fn without_versions(printed: &str) -> String {
    let is_told = |line: &&str| {
        let note = |runtime| line.contains(&format!(" instead of `{runtime}`, because "));
        USUAL.into_iter().any(note)
    };
    let lines = printed.split_inclusive('\n').filter(|line| !is_told(line));
    lines.map(without_version).collect()
}

fn without_version(line: &str) -> String {
    let ends = USUAL.map(|runtime| format!(" instead of `{runtime}`)"));
    let end = ends.iter().find_map(|end| line.split_once(&**end));
    let told = end.and_then(|(before, after)| Some((before.rsplit_once(" (it ran on ")?.0, after)));
    told.map_or_else(
        || line.to_owned(),
        |(before, after)| format!("{before}{after}"),
    )
}

impl Explained {
    /// Each verdict begins with or contains the text in its place.
    #[track_caller]
    pub(crate) fn check(&self, expected: &[&str]) {
        let all = format!("{:#?}\n{}", self.verdicts, self.errors);
        assert_eq!(self.verdicts.len(), expected.len(), "{all}");
        for (verdict, expected) in self.verdicts.iter().zip(expected) {
            assert!(verdict.contains(expected), "{expected}\n---\n{all}");
        }
    }
}
