"""Answers "Hello World" and logs which versions of its dependencies it runs with."""
import pandas
import requests


def lambda_handler(event, context):
    print(f"Looks like pandas is installed, version {pandas.__version__}")
    print(f"Looks like requests is installed, version {requests.__version__}")
    return "Hello World"
