"""conda's configuration, as far as image builds set it: condarc files and CONDA_* variables."""

import json
import os
import sys
from pathlib import Path

import yaml

from .errors import CondaError, terms_not_accepted

ROOT_PREFIX = Path(sys.prefix)
ANACONDA = "https://repo.anaconda.com/"

DEFAULTS = {
    "channel_alias": "https://conda.anaconda.org",
    "channel_priority": "flexible",
    "channels": ["defaults"],
    "default_channels": [f"{ANACONDA}pkgs/main", f"{ANACONDA}pkgs/r"],
    "pkgs_dirs": [],
    "plugins": {},
    "ssl_verify": True,
}


def condarc_files() -> list[Path]:
    """In the order they are read; a later one wins."""
    named = os.environ.get("CONDARC")
    files = [Path("/etc/conda/.condarc"), ROOT_PREFIX / ".condarc", Path.home() / ".condarc"]
    return files + ([Path(named)] if named else [])


class Context:
    """The settings in force."""

    def __init__(self):
        self.values = dict(DEFAULTS)
        for path in condarc_files():
            if path.is_file():
                self.merge(path)
        for key, default in DEFAULTS.items():
            text = os.environ.get(f"CONDA_{key.upper()}")
            if text:
                self.values[key] = text.split(",") if isinstance(default, list) else text
        self.accept_all = os.environ.get("CONDA_PLUGINS_AUTO_ACCEPT_TOS", "").lower() in (
            "yes",
            "true",
            "1",
        ) or bool(self.values["plugins"].get("auto_accept_tos"))

    def merge(self, path: Path) -> None:
        try:
            loaded = yaml.safe_load(path.read_text()) or {}
        except yaml.YAMLError as error:
            raise CondaError(
                "ConfigurationLoadError",
                f"Unable to load configuration file.\n  path: {path}\n  reason: {error}",
            ) from error
        self.values.update({key: value for key, value in loaded.items() if key in DEFAULTS})

    @property
    def pkgs_dir(self) -> Path:
        dirs = self.values["pkgs_dirs"]
        return Path(dirs[0]) if dirs else ROOT_PREFIX / "pkgs"

    @property
    def ca_bundle(self) -> str | None:
        """The CA bundle for downloads; None means the system's own."""
        verify = self.values["ssl_verify"]
        if isinstance(verify, str) and verify.lower() not in ("true", "false", "truststore"):
            return verify
        return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")

    def export_ca_bundle(self) -> None:
        """py-rattler reads the bundle's path from the environment only."""
        if self.ca_bundle:
            os.environ["SSL_CERT_FILE"] = self.ca_bundle

    def urls(self, channels: list[str]) -> list[str]:
        """Channel names as URLs, `defaults` spelled out, each once."""
        found: list[str] = []
        for channel in channels:
            names = self.values["default_channels"] if channel == "defaults" else [channel]
            found += [url for url in map(self.url, names) if url not in found]
        return found

    def url(self, channel: str) -> str:
        if "://" in channel:
            return channel.rstrip("/")
        if channel.startswith("/"):
            return f"file://{channel}".rstrip("/")
        return f"{self.values['channel_alias'].rstrip('/')}/{channel}"

    def check_terms(self, urls: list[str]) -> None:
        """Anaconda's own channels ask for accepted terms; nobody is there to be asked."""
        accepted = set(json.loads(terms_file().read_text())) if terms_file().is_file() else set()
        open_ones = [url for url in urls if url.startswith(ANACONDA) and url not in accepted]
        if open_ones and not self.accept_all:
            raise terms_not_accepted(open_ones)


def terms_file() -> Path:
    return Path.home() / ".conda" / "tos" / "accepted.json"


def accept_terms(channels: list[str]) -> None:
    """`conda tos accept`: remembered for this user."""
    path = terms_file()
    accepted = set(json.loads(path.read_text())) if path.is_file() else set()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sorted(accepted | set(channels))))
