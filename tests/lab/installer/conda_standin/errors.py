"""conda's errors: a class name, which conda prints, and a message. All end with exit code 1."""


class CondaError(Exception):
    """Printed as `Name: message`."""

    def __init__(self, name: str, message: str):
        super().__init__(message)
        self.name = name


def packages_not_found(specs: list[str], channels: list[str]) -> CondaError:
    listed = "\n".join(f"  - {spec}" for spec in specs)
    urls = "\n".join(f"  - {url}" for url in channels)
    return CondaError(
        "PackagesNotFoundInChannelsError",
        f"The following packages are not available from current channels:\n\n{listed}\n\n"
        f"Current channels:\n\n{urls}\n\n"
        "To search for alternate channels that may provide the conda package you're\nlooking for, navigate to\n\n"
        "    https://anaconda.org\n\nand use the search bar at the top of the page.\n",
    )


def unsatisfiable(explanation: str) -> CondaError:
    return CondaError(
        "LibMambaUnsatisfiableError",
        "Encountered problems while solving:\n\nCould not solve for environment specs\n"
        f"The following packages are incompatible\n{explanation}\n",
    )


def unavailable_channel(status: str, channel: str, url: str) -> CondaError:
    return CondaError(
        "UnavailableInvalidChannel",
        f"HTTP {status} for channel {channel} <{url}>\n\nThe channel is not accessible or is invalid.\n\n"
        "You will need to adjust your conda configuration to proceed.\n"
        "Use `conda config --show channels` to view your configuration's current state,\n"
        "and use `conda config --show-sources` to view config file locations.\n",
    )


def http_error(status: str, url: str, detail: str = "") -> CondaError:
    return CondaError(
        "CondaHTTPError",
        f"HTTP {status} for url <{url}>\nElapsed: -\n\n"
        "An HTTP error occurred when trying to retrieve this URL.\n"
        f"HTTP errors are often intermittent, and a simple retry will get you on your way.\n{detail}\n",
    )


def refused(url: str) -> CondaError:
    """A 401: no word of a retry."""
    return CondaError(
        "CondaHTTPError",
        f"HTTP 401 UNAUTHORIZED for url <{url}>\nElapsed: -\n\n"
        "The credentials you have provided for this URL are invalid.\n\n"
        "You will need to modify your conda configuration to proceed.\n"
        "Use `conda config --show` to view your configuration's current state.\n",
    )


def ssl_error(detail: str) -> CondaError:
    return CondaError(
        "CondaSSLError",
        f"Encountered an SSL error. Most likely a certificate verification issue.\n\nException: {detail}\n",
    )


def checksum_mismatch(url: str, kind: str, expected: str, actual: str) -> CondaError:
    return CondaError(
        "ChecksumMismatchError",
        f"Conda detected a mismatch between the expected content and downloaded content\nfor url '{url}'.\n"
        f"  expected {kind}: {expected}\n  actual {kind}: {actual}\n",
    )


def terms_not_accepted(channels: list[str]) -> CondaError:
    listed = "\n".join(f"    - {channel}" for channel in channels)
    commands = "\n".join(
        f"    conda tos accept --override-channels --channel {channel}" for channel in channels
    )
    return CondaError(
        "CondaToSNonInteractiveError",
        "Terms of Service have not been accepted for the following channels. "
        f"Please accept or remove them before proceeding:\n{listed}\n\n"
        f"To accept these channels' Terms of Service, run the following commands:\n{commands}\n\n"
        "For information on safely removing channels from your conda configuration,\n"
        "please see the official documentation:\n\n"
        "    https://www.anaconda.com/docs/tools/working-with-conda/channels\n",
    )
