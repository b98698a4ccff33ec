#!/usr/bin/env python3
"""Compares the credentials that envlift finds with those that botocore finds, for generated variables and shared files. A
server on loopback plays STS, single sign-on, a container's endpoint and an instance's metadata; the access keys that it
gives say how it was asked, so that whole chains of roles are compared."""
import hashlib
import json
import os
import pathlib
import sys

import comparison

comparison.owners("aws")
import aws_probe  # noqa: E402

HOME = comparison.tempfile.TemporaryDirectory(prefix="envlift-aws-")
os.environ["HOME"] = HOME.name   # botocore looks at it when it is imported
import botocore.session  # noqa: E402
from support.fake_aws import FakeAws  # noqa: E402

PROFILES = ["default", "a", "b c", "d"]
SHARED = {"sso_start_url": "https://start.example/", "sso_region": "eu-west-1"}
SIGN_ON = {"sso_role_name": "Reader", "sso_account_id": "123456789012"}
TOKENS = {"good": "2099-01-01T00:00:00Z", "old": "2000-01-01T00:00:00Z", "utc": "2099-01-01T00:00:00UTC", "revoked": "2099-01-01T00:00:00Z"}
PROGRAM = """import json, sys
kind = sys.argv[1]
if kind == "fails":
    sys.exit("no luck")
print("nonsense" if kind == "garbled" else json.dumps({"Version": 2 if kind == "future" else 1, "AccessKeyId": "process",
      "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00+00:00"} if kind != "half" else {"Version": 1}))
"""


def static(rng, name):
    keys = {"aws_access_key_id": f"static.{name}", "aws_secret_access_key": rng.choice(["s=1", "a b", "x#y;z"])}
    if rng.random() < 0.3:
        keys["aws_session_token"] = "t%s"
    if rng.random() < 0.08:
        del keys["aws_secret_access_key"]
    return keys


def role(rng):
    keys = {"role_arn": f"arn:aws:iam::123456789012:role/{rng.choice(['One', 'Two'])}"}
    for key, value in {"external_id": "ext&1", "role_session_name": "mine+1", "duration_seconds": rng.choice(["900", "x"])}.items():
        if rng.random() < 0.3:
            keys[key] = value
    kind = rng.random()
    if kind < 0.65:
        keys["source_profile"] = rng.choice([*PROFILES, *PROFILES, "missing"])
    elif kind < 0.85:
        keys["credential_source"] = rng.choice(["Environment", "EcsContainer", "Ec2InstanceMetadata", "Nonsense"])
    elif kind < 0.95:
        keys["web_identity_token_file"] = rng.choice(["TOKEN", "TOKEN", "/missing"])
    if rng.random() < 0.05:
        keys["source_profile"] = "a"
    return keys


def sign_on(rng):
    keys = dict(SIGN_ON)
    if rng.random() < 0.5:
        keys["sso_session"] = rng.choice(["corp", "corp", "other", "missing"])
    else:
        keys |= SHARED
    if rng.random() < 0.1:
        del keys[rng.choice(list(keys))]
    return keys


def profile(rng, name):
    keys = {"region": "eu-central-1"} if rng.random() < 0.4 else {}
    for chance, make in ((0.3, lambda: static(rng, name)), (0.45, lambda: role(rng)), (0.2, lambda: sign_on(rng)),
                         (0.25, lambda: {"credential_process": f"PYTHON 'PROGRAM' {rng.choice(['good'] * 4 + ['fails', 'garbled', 'future', 'half'])}"})):
        if rng.random() < chance:
            keys |= make()
    if rng.random() < 0.1:
        keys["s3"] = "\n  max_concurrent_requests = 20\n  addressing_style = path"
    items = list(keys.items())
    rng.shuffle(items)
    return "".join(f"{key if rng.random() < 0.9 else key.upper()}{rng.choice([' = ', '=', ' : '])}{value}\n" for key, value in items)


def config(rng):
    text = rng.choice(["", "# mine\n"])
    for name in PROFILES:
        if rng.random() < 0.8:
            head = "default" if name == "default" and rng.random() < 0.7 else f'profile "{name}"' if " " in name else f"profile {name}"
            text += f"[{head}]\n{profile(rng, name)}\n"
    for name in ("corp", "other"):
        text += f"[sso-session {name}]\n" + "".join(f"{key} = {value}\n" for key, value in SHARED.items() if rng.random() < 0.95)
    return text


def generate(rng):
    variables = {}
    if rng.random() < 0.15:
        variables |= {"AWS_ACCESS_KEY_ID": "variable", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": rng.choice(["", "t"])}
    if rng.random() < 0.15:
        variables |= {"AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/Web"}
    if rng.random() < 0.6:
        variables[rng.choice(["AWS_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"])] = rng.choice([*PROFILES, *PROFILES, "missing"])
    if rng.random() < 0.2:
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "SERVER/container"
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "secret"
    if rng.random() < 0.3:
        variables["AWS_EC2_METADATA_DISABLED"] = "true"
    credentials = "".join(f"[{name}]\n{''.join(f'{key} = {value}' + chr(10) for key, value in static(rng, 'shared.' + name).items())}"
                          for name in PROFILES if rng.random() < 0.3)
    return {"variables": variables, "config": config(rng), "credentials": credentials, "token": rng.choice(list(TOKENS)),
            "profile": rng.choice([*PROFILES, "missing"]) if rng.random() < 0.3 else ""}


def write(case, home, server):
    """The case's files; its variables."""
    def placed(text):
        return (text.replace("TOKEN", str(home / "token")).replace("SERVER", server.url).replace("PYTHON", sys.executable)
                .replace("PROGRAM", str(home / "program.py")))

    (home / ".aws/sso/cache").mkdir(parents=True, exist_ok=True)
    (home / "token").write_text("web/identity.token")
    (home / "program.py").write_text(PROGRAM)
    (home / ".aws/config").write_text(placed(case["config"]))
    (home / ".aws/credentials").write_text(case["credentials"])
    for key in ("corp", SHARED["sso_start_url"]):
        cache = {"startUrl": SHARED["sso_start_url"], "region": "eu-west-1", "accessToken": case["token"], "expiresAt": TOKENS[case["token"]]}
        (home / f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json").write_text(json.dumps(cache))
    return {"HOME": str(home), "AWS_ENDPOINT_URL": server.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
            "AWS_DEFAULT_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "false",
            **{name: value if name.startswith(("AWS_WEB", "AWS_ROLE")) and name != "AWS_WEB_IDENTITY_TOKEN_FILE" else placed(value)
               for name, value in case["variables"].items() if "AUTHORIZATION" not in name},
            **{name: value for name, value in case["variables"].items() if "AUTHORIZATION" in name}}


def theirs(case, variables):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        found = botocore.session.Session(profile=case["profile"] or None).get_credentials()
        frozen = found and found.get_frozen_credentials()
        return (frozen.access_key, frozen.secret_key, frozen.token or "") if frozen else "none"
    except Exception as error:   # of many kinds: what matters is that it is none
        return f"refused ({type(error).__name__}: {error})"


def ours(case, variables):
    answer = aws_probe.ask([{"task": "credentials", "profile": case["profile"]}], **variables)[0]
    if "error" in answer:
        return "none" if answer["error"]["code"] == "EL1301" else f"refused ({answer['error']['code']}: {answer['error']['message']})"
    found = answer["answer"]
    return found["access_key"], found["secret_key"], found["token"]


def main():
    run = comparison.Comparison(count=400)
    server, home = FakeAws(), pathlib.Path(HOME.name)
    for number, case in run.cases(generate):
        variables = write(case, home, server)
        us, them = ours(case, variables), theirs(case, variables)
        if str(us).startswith("refused") and str(them).startswith("refused"):
            run.agree()
        elif "SSO token provider" in them:
            run.deviate("a sign-on that is not used for the credentials, and that botocore's client of STS looks at")
        else:
            run.judge(number, json.dumps(variables, indent=1) + f"\nprofile {case['profile']}\n" + (home / ".aws/config").read_text() + case["credentials"], us, them)
    run.finish()


if __name__ == "__main__":
    main()
