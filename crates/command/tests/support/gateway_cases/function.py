"""The authorizer of a gateway case: the first answer that fits the event."""

import json
import os
import time
from pathlib import Path

FOLDER = Path(__file__).parent
SCRIPT = json.loads((FOLDER / "script.json").read_text())
EVENTS = FOLDER.parent / "events"


def identity(event):
    if event["type"] == "TOKEN":
        return [event["authorizationToken"]]
    return [value(event, source) or "" for source in SCRIPT["sources"]]


def value(event, source):
    name = source.split(".")[-1]
    if ".header." in source:
        headers = (event.get("headers") or {}).items()
        return next((value for known, value in headers if known.lower() == name.lower()), None)
    if ".querystring." in source:
        return (event.get("queryStringParameters") or {}).get(name)
    if "stageVariables." in source:
        return (event.get("stageVariables") or {}).get(name)
    found = event["requestContext"]
    for key in source.split(".")[1:]:
        found = (found or {}).get(key)
    return found


def fits(when, event, arn):
    _, _, method, path = arn.split("/", 3)
    return all(
        expected is None or expected == got()
        for expected, got in (
            (when["identity"], lambda: identity(event)),
            (when["method"], lambda: method),
            (when["path"], lambda: "/" + path),
        )
    )


def handler(event, context):
    with EVENTS.open("a") as events:
        events.write(json.dumps(event) + "\n")
    arn = event.get("methodArn") or event["routeArn"]
    answer = next((it for it in SCRIPT["answers"] if fits(it["when"], event, arn)), None)
    if answer is None or answer["panic"]:
        os._exit(1)
    if answer["hang"]:
        time.sleep(3600)
    if answer["error"] is not None:
        raise Exception(answer["error"])
    if answer["rawOutput"] is not None:
        return json.loads(answer["rawOutput"])
    return json.loads(json.dumps(answer["output"]).replace("$methodArn", arn))
