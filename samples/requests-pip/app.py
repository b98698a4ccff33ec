"""Says which copies of its dependencies it imported: the project's, not the base image's."""
import certifi
import requests
import urllib3


def handler(event, context):
    return {"requests": requests.__version__, "urllib3": urllib3.__version__, "bundle": certifi.where().endswith("cacert.pem")}
