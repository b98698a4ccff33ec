import rpds


def handler(event, context):
    return list(rpds.List([1, 2]))
