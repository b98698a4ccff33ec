def handler(event, context):
    return "called"


def one_argument(event):
    return "never called"
