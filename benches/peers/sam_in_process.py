"""SAM's local API without Docker: its own server, and functions in Node.js processes that stay warm.

    sam_in_process.py TEMPLATE PORT

SAM runs functions in containers. This runs them as SAM's server asks for it, without the cost of a container.
"""

import json
import os
import subprocess
import sys
import threading

from samcli.commands.local.lib.exceptions import NoApisDefined
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.local.apigw.local_apigw_service import LocalApigwService

SHIM = """
const [, file, name] = process.argv;
const handler = require(file)[name];
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const answer = await handler(JSON.parse(line)).catch((error) => ({ errorMessage: error.message }));
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
"""


class Function:
    """A function in a process that answers one event at a time, as a sandbox of Lambda does."""

    def __init__(self, folder, handler):
        module, name = handler.rsplit(".", 1)
        file = os.path.join(folder, module + ".js")
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            ["node", "-e", SHIM, file, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def call(self, event):
        with self.lock:
            self.process.stdin.write(json.dumps(json.loads(event)) + "\n")
            self.process.stdin.flush()
            return self.process.stdout.readline()


class Runner:
    """The part of SAM's `LocalLambdaRunner` that its server uses."""

    def __init__(self, folder, functions):
        self.functions = {it.name: Function(folder, it.handler) for it in functions}

    def is_debugging(self):
        return False

    def invoke(self, name, event, stdout, stderr, tenant_id=None):
        stdout.write_str(self.functions[name].call(event))


def main():
    template, port = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    folder = os.path.dirname(template)
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    api = ApiProvider(stacks, cwd=folder).api
    if not api.routes:
        raise NoApisDefined(template)
    runner = Runner(folder, SamFunctionProvider(stacks).get_all())
    service = LocalApigwService(api=api, lambda_runner=runner, port=port, host="127.0.0.1")
    service.create()
    service.run()


main()
