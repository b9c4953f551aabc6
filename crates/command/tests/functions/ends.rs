//! Functions that end badly, or not at all. Nothing of it passes.

use std::time::{Duration, Instant};

use crate::app::{App, is_skipped};

#[test]
fn a_function_that_crashes_is_started_again() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app = App::node(
        r#"let calls = 0;
        exports.handler = async (event) => {
            calls += 1;
            switch (event.authorizationToken) {
                case "quit": process.exit(3);
                case "kill": process.kill(process.pid, "SIGKILL"); await new Promise(() => {});
                case "later": setTimeout(() => { throw new RangeError("late"); }, 1); await new Promise(() => {});
                case "rejection": Promise.reject(new Error("lost")); await new Promise(() => {});
                case "count": throw new Error(`call ${calls}`);
            }
            return ALLOW;
        };"#,
    );
    let tokens = [
        "ok",
        "count",
        "quit",
        "count",
        "kill",
        "later",
        "rejection",
        "ok",
    ];
    app.explain(&tokens).check(&[
        "allowed:",
        "the function failed: call 2 (Error)",
        "ended before it answered, with exit status: 3 (Runtime.ExitError)",
        // Another process.
        "the function failed: call 1 (Error)",
        "ended before it answered, with signal: 9",
        "the function failed: late (RangeError)",
        "the function failed: lost (Runtime.UnhandledPromiseRejection)",
        "allowed:",
    ]);
}

#[test]
fn the_templates_timeout_ends_a_function_that_hangs() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app = App::node_with(
        ", Timeout: 2",
        r#"exports.handler = async (event) => {
            if (event.authorizationToken === "spin") for (;;);
            if (event.authorizationToken === "wait") await new Promise(() => setInterval(() => {}, 1000));
            return ALLOW;
        };"#,
    );
    let begun = Instant::now();
    let timed_out = "the function failed: Task timed out after 2.00 seconds (Sandbox.Timedout)";
    app.explain(&["spin", "wait", "ok"])
        .check(&[timed_out, timed_out, "allowed:"]);
    assert!(begun.elapsed() >= Duration::from_secs(4));
}

#[test]
fn garbage_is_a_500() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app = App::node(
        r#"exports.handler = async (event) => ({
            text: "garbage", number: 7, list: [ALLOW], nothing: undefined,
            half: { principalId: "p" }, 
            large: { ...ALLOW, x: "x".repeat(7 * 1024 * 1024) },
        })[event.authorizationToken];"#,
    );
    let tokens = ["text", "number", "list", "nothing", "half", "large", "text"];
    app.explain(&tokens)
        .check(&["AUTHORIZER_CONFIGURATION_ERROR 500: the authorizer"; 7]);
}

#[test]
fn timers_and_handles_that_are_left_do_not_matter() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app = App::node(
        r#"const kept = [];
        exports.handler = async () => {
            setInterval(() => {}, 1);
            kept.push(Buffer.alloc(1024 * 1024), require("net").createServer().listen(0, "127.0.0.1"));
            return ALLOW;
        };"#,
    );
    app.explain(&["t"; 20]).check(&["allowed:"; 20]);
}

#[test]
fn a_function_that_cannot_start_says_why() {
    if is_skipped("functions that end badly") {
        return;
    }
    let no_handler = App::node("exports.other = async () => ALLOW;");
    let explained = no_handler.explain(&["t", "t"]);
    explained.check(&["does not export the function `handler`; its functions are other (Runtime.HandlerNotFound)"; 2]);
    let no_file = App::new("Runtime: nodejs20.x, Handler: nowhere.handler, CodeUri: .");
    no_file
        .explain(&["t"])
        .check(&["(Runtime.ImportModuleError)"]);
    let syntax = App::node("exports.handler = async () => {");
    syntax
        .explain(&["t"])
        .check(&["gate/index.js:3 (Runtime.UserCodeSyntaxError)"]);
    let in_python = App::python("def handler(e, c) return ALLOW");
    in_python
        .explain(&["t"])
        .check(&["(Runtime.UserCodeSyntaxError)"]);
    let package = App::node("require('a-module-that-is-missing');");
    let explained = package.explain(&["t"]);
    explained.check(&["Cannot find module 'a-module-that-is-missing' (Runtime.ImportModuleError)"]);
    assert!(
        explained.output.contains("sam build"),
        "{}",
        explained.output
    );
    let throws = App::node("throw new Error('no database');");
    throws
        .explain(&["t"])
        .check(&["the function failed: no database (Error)"]);
    let module = App::python("import a_module_that_is_missing\ndef handler(e, c): return ALLOW");
    module
        .explain(&["t"])
        .check(&["No module named 'a_module_that_is_missing' (Runtime.ImportModuleError)"]);
    let dotless = App::new("Runtime: python3.12, Handler: app, CodeUri: .");
    dotless
        .explain(&["t"])
        .check(&["(Runtime.MalformedHandlerName)"]);
    let no_folder = App::new("Runtime: nodejs20.x, Handler: index.handler, CodeUri: nowhere");
    no_folder
        .explain(&["t"])
        .check(&["there is no folder `nowhere`"]);
}

#[test]
fn a_slow_start_is_not_part_of_the_timeout() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app =
        App::python("import time\ntime.sleep(1.2)\ndef handler(event, context): return ALLOW");
    app.explain(&["t"]).check(&["allowed:"]);
}

#[test]
fn what_a_function_prints_cannot_take_over_the_terminal() {
    if is_skipped("functions that end badly") {
        return;
    }
    let app = App::node(
        r#"exports.handler = async () => {
            console.log("\u001b[2Jwiped\rallowed: really");
            process.stderr.write("x".repeat(20000) + "\n");
            return ALLOW;
        };"#,
    );
    let explained = app.explain(&["t"]);
    assert!(!explained.errors.contains('\u{1b}'), "{}", explained.errors);
    assert!(
        explained
            .errors
            .contains(r"[Gate] \u{1b}[2Jwiped\rallowed: really"),
        "{}",
        explained.errors
    );
    assert!(explained.errors.lines().all(|line| line.len() < 8_300));
}
