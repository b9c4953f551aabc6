//! Layers of functions: folders that Lambda unpacks into `/opt`.

use std::fs;

use crate::{
    app::{ALLOW, App, is_skipped},
    served::{serve, status, wait_until},
};

/// An app whose function has these layers: name and folder. The later one wins.
fn app(properties: &str, seconds: u32, layers: &[(&str, &str)]) -> App {
    let names: Vec<_> = layers
        .iter()
        .map(|(name, _)| format!("!Ref {name}"))
        .collect();
    let names = names.join(", ");
    let app = App::named(
        "gate",
        seconds,
        &format!("{properties}, CodeUri: gate, Layers: [{names}]"),
    );
    let template = fs::read_to_string(app.file("template.yaml")).unwrap();
    let resources = layers.iter().map(|(name, folder)| {
        format!("  {name}: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: {folder}}}}}\n")
    });
    app.with(
        "template.yaml",
        &(template + &resources.collect::<String>()),
    )
}

const NODE: &str = "Runtime: nodejs20.x, Handler: index.handler";
const PYTHON: &str = "Runtime: python3.12, Handler: app.handler";

#[test]
fn modules_of_node_js_are_found_and_later_layers_win() {
    if is_skipped("layers") {
        return;
    }
    let source = format!(
        "const ALLOW = {ALLOW};
        const found = ['first', 'both', 'versioned', 'own'].map((name) => require(name)).join();
        exports.handler = async (event) => {{ if (event.authorizationToken === found) return ALLOW; throw new Error(found); }};"
    );
    let module = |name: &str| format!("module.exports = '{name}';");
    let app = app(
        NODE,
        0,
        &[("First", "layers/first"), ("Second", "layers/second")],
    )
    .with("gate/index.js", &source)
    .with("gate/node_modules/own/index.js", &module("code"))
    .with(
        "layers/first/nodejs/node_modules/first/index.js",
        &module("1"),
    )
    .with(
        "layers/first/nodejs/node_modules/both/index.js",
        &module("1"),
    )
    .with(
        "layers/first/nodejs/node_modules/own/index.js",
        &module("1"),
    )
    .with(
        "layers/second/nodejs/node_modules/both/index.js",
        &module("2"),
    )
    .with(
        "layers/second/nodejs/node_modules/versioned/index.js",
        &module("2"),
    )
    // Modules of this version come before those of all versions, whichever layer has them.
    .with(
        "layers/first/nodejs/node20/node_modules/versioned/index.js",
        &module("node20"),
    );
    let explained = app.explain(&["1,2,node20,code"]);
    explained.check(&["allowed:"]);
    assert_eq!(explained.errors, "");
}

#[test]
fn modules_of_python_are_found_and_later_layers_win() {
    if is_skipped("layers") {
        return;
    }
    let source = format!(
        "ALLOW = {ALLOW}
import sys, first, both, versioned, own
def handler(event, context):
    found = f'{{first.x}},{{both.x}},{{versioned.x}},{{own.x}},{{len(sys.argv)}}'
    if event['authorizationToken'] != found:
        raise Exception(found)
    return ALLOW
"
    );
    let app = app(
        PYTHON,
        0,
        &[("First", "layers/first"), ("Second", "layers/second")],
    )
    .with("gate/app.py", &source)
    .with("gate/own.py", "x = 'code'")
    .with("layers/first/python/first.py", "x = 1")
    .with("layers/first/python/both.py", "x = 1")
    .with("layers/first/python/own.py", "x = 1")
    .with("layers/second/python/both.py", "x = 2")
    .with("layers/second/python/versioned.py", "x = 2")
    .with(
        "layers/first/python/lib/python3.12/site-packages/versioned.py",
        "x = 'python3.12'",
    );
    let explained = app.explain(&["1,2,python3.12,code,1"]);
    explained.check(&["allowed:"]);
    assert_eq!(explained.errors, "");
}

#[test]
fn programs_of_a_layer_are_in_the_path() {
    if is_skipped("layers") {
        return;
    }
    let source = format!(
        "const {{ execFileSync }} = require('child_process');
        exports.handler = async () => (execFileSync('tool-of-layer').toString() === 'yes\\n' ? {ALLOW} : {{}});"
    );
    let app = app(NODE, 0, &[("Tools", "tools")])
        .with("gate/index.js", &source)
        .with("tools/bin/tool-of-layer", "#!/bin/sh\necho yes\n");
    let program = app.file("tools/bin/tool-of-layer");
    let status = std::process::Command::new("chmod")
        .arg("+x")
        .arg(program)
        .status();
    assert!(status.unwrap().success());
    app.explain(&["t"]).check(&["allowed:"]);
}

#[test]
fn a_layer_that_is_not_here_is_a_note() {
    if is_skipped("layers") {
        return;
    }
    let app = app(
        NODE,
        0,
        &[
            ("Zipped", "layer.zip"),
            ("Missing", "nowhere"),
            ("Unbuilt", "unbuilt"),
            ("Stored", "s3://b/k"),
        ],
    );
    let template = fs::read_to_string(app.file("template.yaml")).unwrap();
    let template = template.replace(
        "!Ref Stored",
        "!Ref Stored, 'arn:aws:lambda:eu-west-1:123456789012:layer:tools:3'",
    );
    let app = app
        .with("template.yaml", &template)
        .with("layer.zip", "PK")
        .with("unbuilt/package.json", "{}")
        .with(
            "gate/index.js",
            &format!("exports.handler = async () => ({ALLOW});"),
        );
    let explained = app.explain(&["t"]);
    explained.check(&["allowed:"]);
    let notes: Vec<_> = explained.errors.lines().collect();
    let begins = "note: template.yaml: the function `Gate` runs without its layer ";
    for (note, expected) in notes.iter().zip([
        "`Zipped`, because its content is the file `layer.zip`; unpack it, and name the folder",
        "`Missing`, because there is no folder `nowhere`; check the path, or build the layer first",
        "`Unbuilt`, because `unbuilt` has none of the folders that `nodejs20.x` searches (nodejs/node20/node_modules, \
         nodejs/node_modules, bin, lib); build the layer first",
        "`Stored`, because it is an object on S3; unpack its content into a folder",
        "`arn:aws:lambda:eu-west-1:123456789012:layer:tools:3`, because it is not in the template; unpack",
    ]) {
        assert!(note.starts_with(&format!("{begins}{expected}")), "{note}");
    }
    assert_eq!(notes.len(), 5, "{}", explained.errors);
}

#[test]
fn a_change_of_a_layer_restarts_the_function_and_drops_its_results() {
    if is_skipped("layers") {
        return;
    }
    let verdict = "layers/shared/nodejs/node_modules/verdict/index.js";
    let allows = format!("module.exports = () => ({ALLOW});");
    let refuses = "module.exports = () => { throw new Error('Unauthorized'); };";
    let app = app(NODE, 3600, &[("Shared", "layers/shared")])
        .with(
            "gate/index.js",
            "const verdict = require('verdict'); exports.handler = async () => verdict();",
        )
        .with(verdict, &allows);
    let server = serve(&app);
    assert_eq!(status(&server, "t"), 502);
    app.write(verdict, refuses);
    wait_until("the result is cached", || status(&server, "t") == 401);
    server.wait_for_error("note: gate: the code of its function has changed; its cached results");
    // A build makes the folder again.
    fs::remove_dir_all(app.file("layers")).unwrap();
    server.wait_for_error("changed");
    app.write(verdict, &allows);
    wait_until("the new layer is not used", || status(&server, "t") == 502);
    app.write(verdict, refuses);
    wait_until("the new layer is not watched", || {
        status(&server, "t") == 401
    });
}
