"""Says whose Python answers, and that nothing of a Python base is there."""
import importlib.util
import sys

import numpy
import requests


def handler(event, context):
    return {"python": sys.executable, "sum": float(numpy.arange(4).sum()), "requests": requests.__version__,
            "sdk": importlib.util.find_spec("boto3") is not None}
