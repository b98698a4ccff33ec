"""Says which versions the image runs."""
import certifi
import requests


def handler(event, context):
    return {"requests": requests.__version__, "bundle": certifi.where().endswith("cacert.pem")}
