#!/usr/bin/env python3
"""Compares the endpoints that envlift chooses with those of the rulesets that botocore ships, for every region of every
partition and for regions that are not yet there."""
import comparison

comparison.owners("aws")
import aws_probe  # noqa: E402
from botocore.endpoint_provider import EndpointProvider  # noqa: E402
from botocore.exceptions import EndpointProviderError  # noqa: E402
from botocore.loaders import Loader  # noqa: E402

SERVICES = ["ecr", "ecr-public", "sts", "sso"]
PREFIXES = ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn", "us-gov", "us-iso", "us-isob", "eu-isoe", "us-isof",
            "eusc-de"]
loader = Loader()
partitions = loader.load_data("partitions")
regions = [region for partition in partitions["partitions"] for region in partition["regions"] if "global" not in region]
providers = {name: EndpointProvider(loader.load_service_model(name, "endpoint-rule-set-1"), partitions) for name in SERVICES}


def theirs(task):
    parameters = {"Region": task["region"], "UseFIPS": task["fips"], "UseDualStack": task["dual_stack"]}
    if task["service"] == "sts":
        parameters["UseGlobalEndpoint"] = False
    try:
        return providers[task["service"]].resolve_endpoint(**parameters).url
    except EndpointProviderError as error:
        return str(error)


def generate(rng):
    """A region that no list has."""
    return f"{rng.choice(PREFIXES)}-{rng.choice(['north', 'southeast', 'central', 'x'])}-{rng.randint(1, 12)}"


def main():
    run = comparison.Comparison(count=60)
    named = [("known", region) for region in regions] + run.cases(generate)
    tasks = [(where, {"task": "endpoint", "service": service, "region": region, "fips": fips, "dual_stack": dual})
             for where, region in named for service in SERVICES for fips in (False, True) for dual in (False, True)]
    for (where, task), answer in zip(tasks, aws_probe.ask([task for _, task in tasks]), strict=True):
        run.judge(where, task, answer.get("answer", answer), theirs(task), str(task))
    run.finish()


if __name__ == "__main__":
    main()
