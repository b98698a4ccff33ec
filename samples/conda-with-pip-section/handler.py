"""Shows that conda's and pip's packages and the environment's variables arrive together."""
import os

import numpy
import requests
import tabulate


def handler(event, context):
    return {
        "numpy": numpy.__version__,
        "requests": requests.__version__,
        "table": tabulate.tabulate([[event["n"]]], tablefmt="plain"),
        "greeting": os.environ["GREETING"],
    }
