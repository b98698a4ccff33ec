"""Uses the team's package as any other."""
import pricing
import requests


def handler(event, context):
    return {"gross": pricing.with_tax(event["net"]), "from": pricing.__file__.split("/")[-3], "requests": requests.__version__}
