import kiwisolver


def handler(event, context):
    return kiwisolver.__version__
