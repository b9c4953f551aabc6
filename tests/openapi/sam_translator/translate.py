"""Runs the SAM translator on templates, one JSON document a line, and prints what it makes of each."""

import json
import logging
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

logging.disable(logging.CRITICAL)


def translate(template):
    try:
        return {"output": Translator({}, Parser()).translate(template, {})}
    except Exception as error:  # It also fails by accident.
        causes = [str(getattr(cause, "message", cause)) for cause in getattr(error, "causes", [])]
        return {"error": "; ".join(causes) or f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(translate(json.loads(line))), flush=True)
