#!/usr/bin/env python3
"""Reads every ready-made event with the typed models of aws-lambda-powertools, its parser's and its data classes'."""
import json

import comparison

comparison.owners("powertools")
from aws_lambda_powertools.utilities import data_classes  # noqa: E402
from aws_lambda_powertools.utilities.data_classes import cognito_user_pool_event as cognito  # noqa: E402
from aws_lambda_powertools.utilities.parser import models  # noqa: E402
from pydantic import ValidationError  # noqa: E402

from support import envlift  # noqa: E402

EVENTS = comparison.pathlib.Path(envlift.ROOT) / "templates/events"
# Each event's model of the parser, and its data class; None where powertools has none.
MODELS = {
    "alb": (models.AlbModel, data_classes.ALBEvent),
    "alb-multi-value": (None, data_classes.ALBEvent),
    "apigw-authorizer": (models.ApiGatewayAuthorizerRequest, None),
    "apigw-v1": (models.APIGatewayProxyEventModel, data_classes.APIGatewayProxyEvent),
    "apigw-v2": (models.APIGatewayProxyEventV2Model, data_classes.APIGatewayProxyEventV2),
    "apigw-websocket": (models.APIGatewayWebSocketMessageEventModel, None),
    "cloudformation": (models.CloudFormationCustomResourceCreateModel, data_classes.CloudFormationCustomResourceEvent),
    "cloudwatch-logs": (models.CloudWatchLogsModel, data_classes.CloudWatchLogsEvent),
    "cognito-post-confirmation": (models.CognitoPostConfirmationTriggerModel, cognito.PostConfirmationTriggerEvent),
    "cognito-pre-signup": (models.CognitoPreSignupTriggerModel, cognito.PreSignUpTriggerEvent),
    "cognito-pre-token": (models.CognitoPreTokenGenerationTriggerModelV1, cognito.PreTokenGenerationTriggerEvent),
    "dynamodb": (models.DynamoDBStreamModel, data_classes.DynamoDBStreamEvent),
    "eventbridge": (models.EventBridgeModel, data_classes.EventBridgeEvent),
    "firehose": (models.KinesisFirehoseModel, data_classes.KinesisFirehoseEvent),
    "function-url": (models.LambdaFunctionUrlModel, data_classes.LambdaFunctionUrlEvent),
    "kafka": (models.KafkaSelfManagedEventModel, data_classes.KafkaEvent),
    "kinesis": (models.KinesisDataStreamModel, data_classes.KinesisStreamEvent),
    "msk": (models.KafkaMskEventModel, data_classes.KafkaEvent),
    "s3-delete": (models.S3Model, data_classes.S3Event),
    "s3-eventbridge": (models.S3EventNotificationEventBridgeModel, data_classes.S3EventBridgeNotificationEvent),
    "s3-put": (models.S3Model, data_classes.S3Event),
    "schedule": (models.EventBridgeModel, data_classes.EventBridgeEvent),
    "ses": (models.SesModel, data_classes.SESEvent),
    "sns": (models.SnsModel, data_classes.SNSEvent),
    "sqs": (models.SqsModel, data_classes.SQSEvent),
    "sqs-sns": (models.SqsModel, data_classes.SQSEvent),
    "step-functions": (None, None),
}


# Properties of the data classes that such an event has nothing for.
ABSENT = {
    "apigw-v1": {"version"},   # HTTP APIs alone send it
    "s3-delete": {"size"},   # S3 does not tell that of an object that is gone
}


def unreadable(value, depth=0):
    """The properties, of a data class and those that it gives, that raise. What a body may hold is not asked for."""
    for name in dir(type(value)):
        if not isinstance(getattr(type(value), name), property) or name.startswith("decoded_nested"):
            continue
        try:
            found = getattr(value, name)
            below = list(found) if hasattr(found, "__next__") else [found]
        except (KeyError, TypeError, ValueError, AttributeError):
            yield name
            continue
        for one in below:
            if hasattr(one, "raw_event") and depth < 10:
                yield from unreadable(one, depth + 1)


def shown(name):
    done = envlift.run("event", "show", name)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout == (EVENTS / f"{name}.json").read_text(encoding="utf-8"), name
    return json.loads(done.stdout)


def main():
    run = comparison.Comparison(0)
    names = [line.split()[0] for line in envlift.run("event", "list").stdout.splitlines()]
    run.judge("the list", names, names, sorted(MODELS))
    for name in names:
        event = shown(name)
        model, data_class = MODELS[name]
        try:
            if model:
                model.model_validate(event)
        except ValidationError as error:
            run.differ(name, "", error)
        found = set(unreadable(data_class(event))) if data_class else set()
        run.judge(name, "", found, ABSENT.get(name, set()))
    run.finish()


if __name__ == "__main__":
    main()
