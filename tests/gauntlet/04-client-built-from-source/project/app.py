import awslambdaric
import runtime_client


def handler(event, context):
    return [awslambdaric.__version__, hasattr(runtime_client, "next")]
