//! What handlers in Node.js and Python may do.

use crate::app::{ALLOW, App, is_skipped};

#[test]
fn a_handler_in_nodejs_answers_in_each_way() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let app = App::node(
        r#"exports.handler = (event, context, callback) => {
            const fail = (error) => { throw error; };
            const ways = {
                promise: () => Promise.resolve(ALLOW),
                callback: () => void setTimeout(() => callback(null, ALLOW), 5),
                succeed: () => context.succeed(ALLOW),
                done: () => context.done(null, ALLOW),
                nothing: () => {},
                throws: () => fail(new Error("Unauthorized")),
                rejects: () => Promise.reject(new Error("Unauthorized")),
                says: () => callback("Unauthorized"),
                fails: () => context.fail("Unauthorized"),
                type: () => fail(new TypeError("broken")),
                detail: () => fail(new Error("Unauthorized: expired")),
            };
            return ways[event.authorizationToken]();
        };"#,
    );
    let tokens = [
        "promise", "callback", "succeed", "done", "nothing", "throws", "rejects", "says", "fails",
        "type", "detail", "promise",
    ];
    let refused = "UNAUTHORIZED 401: the authorizer returned `Unauthorized`";
    app.explain(&tokens).check(&[
        "allowed:",
        "allowed:",
        "allowed:",
        "allowed:",
        "AUTHORIZER_CONFIGURATION_ERROR 500",
        refused,
        refused,
        refused,
        refused,
        "500: the authorizer failed: the function failed: broken (TypeError)",
        "500: the authorizer failed: the function failed: Unauthorized: expired (Error)",
        "allowed:",
    ]);
}

#[test]
fn a_handler_in_python_answers_and_raises() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let app = App::python(
        r#"
class Expired(Exception): pass
def handler(event, context):
    token = event["authorizationToken"]
    if token == "unauthorized": raise Exception("Unauthorized")
    if token == "own": raise Expired("at noon")
    if token == "set": return {1}
    if token == "quit": raise SystemExit(7)
    return ALLOW
"#,
    );
    let explained = app.explain(&["ok", "unauthorized", "own", "set", "quit", "ok"]);
    explained.check(&[
        "allowed:",
        "UNAUTHORIZED 401: the authorizer returned `Unauthorized`",
        "the function failed: at noon (Expired)",
        "not JSON serializable (TypeError)",
        "ended before it answered, with exit status: 7 (Runtime.ExitError)",
        "allowed:",
    ]);
    assert!(
        explained.errors.contains("[Gate] Traceback"),
        "{}",
        explained.errors
    );
}

#[test]
fn modules_of_both_kinds_are_loaded() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let esm = App::new("Runtime: nodejs22.x, Handler: src/gate.own.handler, CodeUri: .").with(
        "src/gate.mjs",
        &format!("export const own = {{ handler: async () => ({ALLOW}) }};"),
    );
    esm.explain(&["t"]).check(&["allowed:"]);
    let typed = App::new("Runtime: nodejs22.x, Handler: index.handler, CodeUri: gate")
        .with("gate/package.json", r#"{"type": "module"}"#)
        .with(
            "gate/index.js",
            &format!("export const handler = async () => ({ALLOW});"),
        );
    typed.explain(&["t"]).check(&["allowed:"]);
    let package = App::new("Runtime: python3.12, Handler: pkg/gate.handler, CodeUri: code")
        .with("code/pkg/__init__.py", "")
        .with(
            "code/pkg/gate.py",
            "from pkg.answer import A\ndef handler(event, context): return A",
        )
        .with("code/pkg/answer.py", &format!("A = {ALLOW}"));
    package.explain(&["t"]).check(&["allowed:"]);
    let inline = App::new(&format!(
        "Runtime: python3.12, Handler: index.handler, InlineCode: 'def handler(e, c): return {}'",
        ALLOW.replace('\n', "")
    ));
    inline.explain(&["t"]).check(&["allowed:"]);
}

#[test]
fn a_function_has_lambdas_environment_and_context() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let node = App::node_with(
        ", MemorySize: 256, FunctionName: the-gate, Environment: {Variables: {A: b, TABLE: !Ref Table}}",
        r#"exports.handler = async (event, context) => {
            const { env } = process;
            console.log(JSON.stringify([
                env.AWS_LAMBDA_FUNCTION_NAME, env.AWS_LAMBDA_FUNCTION_VERSION, env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
                env._HANDLER, env.LAMBDA_TASK_ROOT === process.cwd(), env.A, env.TABLE, env.AWS_ACCESS_KEY_ID,
                env.UNRELATED ?? "none", env.AWS_REGION, context.functionName,
                context.awsRequestId.length, context.getRemainingTimeInMillis() > 1000,
            ]));
            return ALLOW;
        };"#,
    );
    let variables = [
        ("TABLE", "from-outside"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_REGION", "eu-west-1"),
        ("UNRELATED", "x"),
    ];
    let explained = node.explain_with(&["t"], &[], &variables);
    explained.check(&["allowed:"]);
    let expected = r#"[Gate] ["the-gate","$LATEST","256","index.handler",true,"b","from-outside","AKIDEXAMPLE","none","eu-west-1","the-gate",36,true]"#;
    assert!(explained.errors.contains(expected), "{}", explained.errors);

    let python = App::python(
        "
def handler(event, context):
    print(len(context.aws_request_id), context.get_remaining_time_in_millis() > 1000, context.function_name)
    return ALLOW
",
    );
    let explained = python.explain(&["t"]);
    explained.check(&["allowed:"]);
    assert!(
        explained.errors.contains("[Gate] 36 True Gate"),
        "{}",
        explained.errors
    );
}

/// Another user of this machine can connect to the port, but does not know the path.
#[test]
fn the_runtime_api_of_a_handler_has_a_secret_path() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let node = App::node(
        r#"exports.handler = async () => {
            const [address] = process.env.AWS_LAMBDA_RUNTIME_API.split("/");
            const event = await fetch(`http://${address}/2018-06-01/runtime/invocation/next`);
            return event.status === 404 ? ALLOW : {};
        };"#,
    );
    node.explain(&["ok"]).check(&["allowed:"]);
    let python = App::python(
        r#"
import http.client, os
def handler(event, context):
    server = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")[0])
    server.request("GET", "/2018-06-01/runtime/invocation/next")
    return ALLOW if server.getresponse().status == 404 else {}
"#,
    );
    python.explain(&["ok"]).check(&["allowed:"]);
}

/// Otherwise the function fails for a reason that is hard to find.
#[test]
fn variables_that_only_a_deployment_knows_are_named() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let app = App::node_with(
        ", Environment: {Variables: {A: b, POOL: !Ref Pool, TABLE: !Ref Table}}, Timeout: soon",
        "exports.handler = async () => ALLOW;",
    );
    let explained = app.explain_with(&["t"], &[], &[("POOL", "from-outside")]);
    explained.check(&["allowed:"]);
    let notes: Vec<_> = explained.errors.lines().collect();
    assert_eq!(
        notes,
        [
            "note: template.yaml: the function `Gate` runs without its environment variables `TABLE`, because only a \
             deployment knows their values; set them in the environment of this command, or a parameter that a value comes \
             from with `--parameter NAME=VALUE`",
            "note: template.yaml: the function `Gate` may run for 3 seconds, because its `Timeout` is not a number of \
             seconds; correct it, or set the parameter that it needs with `--parameter NAME=VALUE`",
        ]
    );
}

#[test]
fn an_error_is_shown_with_its_lines_and_an_answer_unauthorized_is_not() {
    if is_skipped("handlers in Node.js and Python") {
        return;
    }
    let node = App::node(
        "exports.handler = async (event) => { throw new Error(event.authorizationToken); };",
    );
    let python =
        App::python("def handler(event, c):\n    raise Exception(event[\"authorizationToken\"])");
    for (app, line) in [(node, "at exports.handler ("), (python, ", in handler\n")] {
        let explained = app.explain(&["Unauthorized"]);
        explained.check(&["UNAUTHORIZED 401"]);
        assert_eq!(explained.errors, "");
        let explained = app.explain(&["broken"]);
        explained.check(&["500: the authorizer failed: the function failed: ***"]);
        let errors = explained.errors;
        assert!(errors.contains(line), "{errors}");
    }
}
