"""Says which versions the image runs."""
import requests
import tabulate
import yaml


def handler(event, context):
    return {"requests": requests.__version__, "tabulate": tabulate.__version__, "yaml": yaml.__version__}
