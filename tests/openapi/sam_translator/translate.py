"""Runs the SAM translator on templates, one JSON document a line, and prints what it makes of each."""

import json
import logging
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.policy_template_processor.processor import PolicyTemplatesProcessor
from samtranslator.translator.translator import Translator

logging.disable(logging.CRITICAL)

# Most of the time goes into what is the same for each template: a session, and checking the policies that come with SAM.
SESSION = boto3.session.Session()
PolicyTemplatesProcessor._is_valid_templates_dict = staticmethod(lambda *_: True)


def translate(template):
    try:
        return {"output": Translator({}, Parser(), boto_session=SESSION).translate(template, {})}
    except Exception as error:  # It also fails by accident.
        causes = [str(getattr(cause, "message", cause)) for cause in getattr(error, "causes", [])]
        return {"error": "; ".join(causes) or f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(translate(json.loads(line))), flush=True)
