import urllib3


def handler(event, context):
    return [urllib3.__version__, urllib3.HTTPHeaderDict({"a": "1"}).get("a")]
