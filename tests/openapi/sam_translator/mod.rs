//! Gives the same templates to the SAM translator and to this crate. An operation must be guarded as in the
//! translator's output, or by more, for a reason that is named here.
//!
//! Needs the Python package `aws-sam-translator`, which `.ci/setup --all` installs. For more templates, or others:
//! `SAM_TEMPLATES=20000 SAM_SEED=7 cargo test --test openapi sam_translator -- --nocapture`.

mod generator;
mod output;

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::Value;
use tower_lambda_authorizer::openapi::{ApiDefinition, Template};

use self::{
    generator::Generator,
    output::{Api, Guards, Operations, Settings},
};

/// Why this crate refuses templates that the translator accepts, by a part of the message.
const REFUSED: [(&str, &str); 21] = [
    (
        "with and without a slash at its end",
        "OPTIONS at one of `/a` and `/a/`",
    ),
    (
        "and the condition of its function is false, so SAM drops it",
        "two events of one operation, one of an absent function",
    ),
    (
        "and a function has a condition",
        "an event of a function with a condition, merged with an operation",
    ),
    (
        "the condition of this event's function is false",
        "an event of an absent function",
    ),
    (
        "allows one authorizer per method",
        "two authorizers for one operation",
    ),
    (
        "is not a security scheme of this document",
        "a name that is not defined",
    ),
    (
        "is defined in the API and in `Globals`",
        "an authorizer of the API and of Globals",
    ),
    ("reads every string as true", "a flag that is a string"),
    (
        "another meaning than this security scheme",
        "an authorizer with the name of a marker",
    ),
    (
        "is not a method; write methods in lower case",
        "a method in upper case",
    ),
    (
        "the same method of the same path",
        "one operation twice, or at `/a` and `/a/`",
    ),
    (
        "it is not known what `MergeDefinitions` makes of the two",
        "ANY of the body and of an event",
    ),
    (
        "does not accept events of the type",
        "an event of the other type",
    ),
    ("has a member twice", "a member that is there twice"),
    ("is in the place where", "two names for one parameter"),
    ("matches the same", "two greedy paths"),
    (
        "`OverrideApiAuth` needs the operation",
        "an override of nothing",
    ),
    (
        "names no `Authorizer`",
        "an `Auth` of an event that names none",
    ),
    ("the authorizer", "the settings of an authorizer"),
    (
        "has an authorizer",
        "a scheme of the body with an authorizer's name",
    ),
    ("expected `NONE`", "a default of the name NONE"),
];

/// The Python of the translator, if it is installed.
fn python() -> Option<PathBuf> {
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".local/share")))?;
    let python = data.join("sam-translator/bin/python");
    let python = env::var_os("SAM_TRANSLATOR_PYTHON").map_or(python, PathBuf::from);
    python.exists().then_some(python)
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// The translator's process, which ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The translator's output for each template, from one process.
fn translate(python: PathBuf, templates: Vec<Value>) -> impl Iterator<Item = (Value, Value)> {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/openapi/sam_translator/translate.py"
    );
    let child = Command::new(python)
        .args(["-W", "ignore", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut running = Running(child.unwrap());
    let mut input = running.0.stdin.take().unwrap();
    let lines: Vec<_> = templates.iter().map(Value::to_string).collect();
    thread::spawn(move || {
        for line in lines {
            if writeln!(input, "{line}").is_err() {
                break;
            }
        }
    });
    let answers = BufReader::new(running.0.stdout.take().unwrap()).lines();
    templates
        .into_iter()
        .zip(answers)
        .map(move |(template, answer)| {
            let _until_all_is_read = &running;
            (template, serde_json::from_str(&answer.unwrap()).unwrap())
        })
}

#[derive(Debug, Default)]
struct Tally {
    templates: u64,
    apis: u64,
    authorizers: u64,
    operations: u64,
    same: u64,
    stricter: BTreeMap<&'static str, u64>,
    refused: BTreeMap<&'static str, u64>,
    refused_by_both: u64,
    refused_by_sam: u64,
    refusals_of_sam: BTreeMap<String, u64>,
}

#[test]
fn each_operation_is_guarded_as_in_the_translators_output() {
    let Some(python) = python() else {
        crate::skipped::skipped("the comparison with the SAM translator, which is not installed");
        return;
    };
    let (seed, count) = (number("SAM_SEED", 1), number("SAM_TEMPLATES", 300));
    let seeds = (0..count).map(|index| seed.wrapping_mul(1_000_003).wrapping_add(index));
    let templates = seeds.map(|seed| Generator::new(seed).template()).collect();
    let mut tally = Tally::default();
    for (template, answer) in translate(python, templates) {
        tally.compare(&template, &answer);
    }
    println!("{tally:#?}");
    assert_eq!(tally.templates, count);
    assert!(tally.same * 2 > tally.operations, "most are the same");
    assert!(tally.apis * 2 > count, "most templates are read by both");
}

impl Tally {
    fn compare(&mut self, template: &Value, answer: &Value) {
        self.templates += 1;
        let ours = Template::from_text(&template.to_string()).unwrap();
        let Some(output) = answer.get("output") else {
            return self.compare_refusal(&ours, answer);
        };
        for (id, theirs) in output::apis(output) {
            match ours.api_named(&id) {
                Ok(definition) if has_duplicates(&definition) => {
                    self.note_refusal(template, &id, "the same method of the same path");
                }
                Ok(definition) => self.compare_api(template, &id, &definition, &theirs),
                Err(error) => self.note_refusal(template, &id, &error.to_string()),
            }
        }
    }

    fn compare_refusal(&mut self, ours: &Template, answer: &Value) {
        let apis = ours.apis();
        let is_read = apis.is_ok_and(|apis| apis.iter().all(|id| ours.api_named(id).is_ok()));
        if is_read {
            self.refused_by_sam += 1;
        } else {
            self.refused_by_both += 1;
        }
        let words = answer["error"].as_str().unwrap().split_whitespace();
        // The names in brackets and quotes differ.
        let words = words.filter(|word| !word.contains(['[', '\'', '"', '(']));
        let words: Vec<_> = words.skip(6).take(8).collect();
        *self.refusals_of_sam.entry(words.join(" ")).or_default() += 1;
    }

    fn note_refusal(&mut self, template: &Value, id: &str, error: &str) {
        let reason = REFUSED.iter().find(|(part, _)| error.contains(part));
        let Some((_, reason)) = reason else {
            panic!("{id} is refused for a reason without a name: {error}\n{template}");
        };
        *self.refused.entry(reason).or_default() += 1;
    }

    fn compare_api(
        &mut self,
        template: &Value,
        id: &str,
        definition: &ApiDefinition,
        theirs: &Api,
    ) {
        self.apis += 1;
        let ours = operations(definition);
        for (name, settings) in definition.authorizers() {
            let ours = Settings {
                kind: settings.authorizer_type().as_str().into(),
                sources: settings.identity_source().unwrap_or_default(),
                expression: settings.identity_validation_expression().map(str::to_owned),
                ttl: settings.result_ttl().map(|ttl| ttl.as_secs()),
                version: settings.payload_format_version().map(str::to_owned),
            };
            // SAM may have replaced the body's own schemes.
            if let Some(theirs) = theirs.authorizers.get(name) {
                assert_eq!(&ours, theirs, "{id}: {name}\n{template}");
                self.authorizers += 1;
            }
        }
        for (key, their) in &theirs.operations {
            self.operations += 1;
            let our = ours.get(key);
            let api = &template["Resources"][id];
            match judge(
                our,
                their,
                &api["Type"],
                &api["Properties"]["DefinitionBody"],
            ) {
                Verdict::Same => self.same += 1,
                Verdict::Stricter(reason) => *self.stricter.entry(reason).or_default() += 1,
                Verdict::Wrong => panic!(
                    "{id}: {key} is guarded by {their:?} as SAM translates it, and here by {our:?}\n{template}"
                ),
            }
        }
        for (key, our) in &ours {
            assert!(
                theirs.operations.contains_key(key)
                    || key.starts_with("OPTIONS ") && !our.is_open(),
                "{id}: {key} ({our:?}) is not in what SAM makes\n{template}"
            );
        }
    }
}

/// Whether `into_layer` will refuse it: `/a` and `/a/` are the same.
fn has_duplicates(definition: &ApiDefinition) -> bool {
    let mut keys: Vec<_> = definition.operations().map(ToString::to_string).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() < all
}

/// The operations of the written definition.
fn operations(definition: &ApiDefinition) -> Operations {
    let written = definition.to_openapi();
    let operations = definition.operations().map(|operation| {
        let method = match operation.method() {
            "ANY" => "x-amazon-apigateway-any-method".to_owned(),
            method => method.to_ascii_lowercase(),
        };
        let security = &written["paths"][operation.path()][method]["security"];
        let requirements = security.as_array().into_iter().flatten();
        let names = requirements.flat_map(|requirement| requirement.as_object().unwrap().keys());
        let mut guards = Guards::default();
        for name in names {
            if operation.authorizer() == Some(name) {
                guards.authorizers.insert(name.clone())
            } else {
                guards.others.insert(name.clone())
            };
        }
        assert_eq!(
            operation.authorizer().is_some(),
            !guards.authorizers.is_empty()
        );
        (operation.to_string(), guards)
    });
    operations.collect()
}

enum Verdict {
    Same,
    Stricter(&'static str),
    Wrong,
}

/// `kind` and `body` are the API's type and body in the template.
fn judge(ours: Option<&Guards>, theirs: &Guards, kind: &Value, body: &Value) -> Verdict {
    let Some(ours) = ours else {
        // A less specific operation may match the request, and nothing guards this operation.
        return if theirs.is_open() {
            Verdict::Stricter("OPTIONS at a path with one of a function that is not there")
        } else {
            Verdict::Wrong
        };
    };
    if ours.authorizers == theirs.authorizers && ours.others == theirs.others {
        return Verdict::Same;
    }
    // Every guard in the translator's output must be here as well.
    let ours_all: Vec<_> = ours.authorizers.union(&ours.others).collect();
    let mut theirs_all = theirs.authorizers.union(&theirs.others);
    if !theirs_all.all(|name| ours_all.contains(&name))
        || !theirs.authorizers.is_subset(&ours.authorizers)
    {
        return Verdict::Wrong;
    }
    const TOGETHER: &str = r#"{"Keep":[],"api_key":[]}"#;
    const NONE_AND_OTHERS: &str = r#"[{"NONE":[]},{"#;
    let text = body.to_string();
    let is_http = body.get("openapi").is_some() && kind == "AWS::Serverless::HttpApi";
    match theirs {
        theirs if !theirs.has_integration => {
            Verdict::Stricter("SAM adds no default to an operation without an integration")
        }
        theirs if theirs.names_are_undefined => {
            Verdict::Stricter("SAM has replaced the body's schemes by its own")
        }
        theirs if is_http && theirs.is_open() => {
            Verdict::Stricter("an empty requirement keeps SAM's default away")
        }
        theirs if is_http && theirs.authorizers.is_empty() => {
            Verdict::Stricter("an API key keeps SAM's default away from an HTTP API")
        }
        _ if ours_all.iter().any(|name| *name == "Keep") && text.contains(TOGETHER) => {
            Verdict::Stricter("SAM drops what stands in one requirement with the API key")
        }
        _ if text.contains(NONE_AND_OTHERS) => {
            Verdict::Stricter("SAM drops an event's override beside the NONE of the body")
        }
        _ => Verdict::Wrong,
    }
}
