def handler(event, context):
    return "polled"
