"""Runs a Python handler: a client of the Lambda Runtime API."""

import http.client
import importlib
import json
import os
import sys
import time
import traceback

# The folder of this file must not hide modules of the function. The arguments are those of its layers.
sys.path[0:1] = [os.environ["LAMBDA_TASK_ROOT"], *sys.argv[1:]]
del sys.argv[1:]

address, slash, base = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
connection = http.client.HTTPConnection(address)


def call(method, target, payload=None):
    connection.request(method, slash + base + "/2018-06-01/runtime/" + target, payload)
    response = connection.getresponse()
    return response.headers, response.read()


class InitError(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def describe(error, request_id=""):
    return json.dumps(
        {
            "errorMessage": str(error),
            "errorType": getattr(error, "kind", type(error).__name__),
            "requestId": request_id,
            "stackTrace": traceback.format_tb(error.__traceback__)[1:],
        }
    )


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = None
        self.identity = None
        self._deadline = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


def load(handler):
    module, dot, name = handler.rpartition(".")
    if not dot or not module:
        raise InitError("Runtime.MalformedHandlerName", f"`{handler}` is not a handler; write FILE.FUNCTION")
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        problem = InitError("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}")
        raise problem from error
    except SyntaxError as error:
        problem = InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}")
        raise problem from error
    except Exception:
        traceback.print_exc()
        raise
    if not callable(getattr(loaded, name, None)):
        functions = [each for each in vars(loaded) if callable(getattr(loaded, each)) and not each.startswith("_")]
        found = ", ".join(functions) or "none"
        raise InitError(
            "Runtime.HandlerNotFound",
            f"Handler '{name}' missing on module '{module}'; its functions are {found}",
        )
    return getattr(loaded, name)


def serve(handler):
    while True:
        headers, event = call("GET", "invocation/next")
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        try:
            outcome = json.dumps(handler(json.loads(event), Context(headers)))
            target = "response"
        except Exception as error:  # An exit ends the process, as on Lambda.
            if str(error) != "Unauthorized":
                # Without this file's own line.
                traceback.print_exception(type(error), error, error.__traceback__.tb_next)
            outcome = describe(error, request_id)
            target = "error"
        call("POST", f"invocation/{request_id}/{target}", outcome.encode())


try:
    function = load(os.environ["_HANDLER"])
except Exception as error:
    call("POST", "init/error", describe(error).encode())
    sys.exit(1)
try:
    serve(function)
except (OSError, http.client.HTTPException, KeyError):
    # The command is gone.
    os._exit(1)
