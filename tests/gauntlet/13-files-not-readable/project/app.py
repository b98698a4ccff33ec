def handler(event, context):
    return "read"
