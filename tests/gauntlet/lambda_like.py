"""Runs an image as Lambda runs it: no rights, nothing writable but /tmp, no shared memory; and asks its emulator."""
import json
import time
import urllib.error
import urllib.request

from support.docker import docker

INVOCATION = "2015-03-31/functions/function/invocations"
SANDBOX = ["--read-only", "--tmpfs", "/tmp:rw,exec,size=512m", "--user", "993:990", "--ipc", "none", "--cap-drop", "ALL",
           "--security-opt", "no-new-privileges", "--memory", "1024m", "--label", "envlift-gauntlet"]
LISTENS_WITHIN_S = 30


class Invocation:
    """What one invocation gave: the answer (None for none), and all that was said: answer, log and engine."""
    def __init__(self, answer, said):
        self.answer = answer
        self.said = said


def invoke(image, event="{}"):
    started = docker("run", "--detach", *SANDBOX, "--publish", "127.0.0.1::8080", image, check=False)
    if started.returncode != 0:
        remove_of(started.stdout)
        return Invocation(None, started.stderr)
    container = started.stdout.strip()
    try:
        body = asked(container, event)
        logs = docker("logs", container)
        said = "\n".join([body or "", logs.stdout, logs.stderr])
        return Invocation(None if body is None else parsed(body), said)
    finally:
        docker("rm", "--force", container)


def remove_of(output):
    """The container that could be made and not started."""
    if output.strip():
        docker("rm", "--force", output.strip(), check=False)


def asked(container, event):
    """The body of the answer; None where nothing listens."""
    port = docker("port", container, "8080", check=False).stdout.split(":")[-1].strip()
    if not port or not listens(container, port):
        return None
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{INVOCATION}", data=event.encode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.read().decode("utf-8", "replace")
    except OSError:
        return None


def listens(container, port):
    end = time.monotonic() + LISTENS_WITHIN_S
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            if docker("inspect", "--format", "{{.State.Running}}", container).stdout.strip() != "true":
                return False
            time.sleep(0.1)
    return False


def parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return body
