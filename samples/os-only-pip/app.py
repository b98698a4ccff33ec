"""Says whose Python and packages answer."""
import sys

import requests
import urllib3


def handler(event, context):
    return {"python": sys.executable, "requests": requests.__version__, "urllib3": urllib3.__version__,
            "first": sys.path[0]}
