def handler(event, context):
    return "started"
